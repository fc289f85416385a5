# R's answers for each school left out, by refits; run in this folder: Rscript robustness.R
suppressMessages({library(clubSandwich); library(jsonlite)})

one <- function(d, formula, cluster) {
  fit <- lm(formula, d)
  t <- coef_test(fit, vcov = "CR2", cluster = d[[cluster]], test = "Satterthwaite", coefs = "t")
  c(t$beta, t$SE, t$df_Satt)
}
each <- function(d, formula, cluster, order) {
  found <- sapply(order, function(s) {
    left <- droplevels(d[d$school != s, ])
    one(left, formula, cluster)
  })
  list(estimate = found[1, ], std_error = found[2, ], df = found[3, ])
}

with_effects <- y ~ t + factor(school)
a12 <- read.csv("a12_long.csv"); unbal <- read.csv("a12_unbal.csv")
out <- list()
# coef_test(lm(y ~ t + factor(school)), vcov = "CR2", cluster = school) without each school
out$a12_long <- each(a12, with_effects, "school", unique(a12$school))
out$a12_unbal <- each(unbal, with_effects, "school", unique(unbal$school))
# three schools a team, clustered by team
number <- match(unbal$school, unique(unbal$school)) - 1
unbal$team <- number %/% 3
out$teams <- each(unbal, with_effects, "team", unique(unbal$school))
# two rounds in other schools: even schools before, odd ones after; lm(y ~ t)
number <- match(a12$school, unique(a12$school)) - 1
rounds <- a12[number %% 2 == a12$t, ]
out$rounds <- each(rounds, y ~ t, "school", intersect(unique(a12$school), rounds$school))

write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE), "robustness.json")
