# R's slopes of changes on doses; makes dose.csv too; run in this folder: Rscript dose.R
suppressMessages({library(clubSandwich); library(jsonlite)})
set.seed(27)

# 14 schools of unequal size in 7 teams; own doses of 0 to 6, with a different mean in each school
size <- c(4, 9, 6, 12, 5, 8, 7, 10, 3, 11, 6, 8, 9, 5)
school <- rep(seq_along(size), size)
middle <- runif(14, 1.5, 4.5)
dose <- pmin(6, pmax(0, round(rnorm(length(school), middle[school], 1.2))))
held <- round(middle)[school]
level <- rnorm(14, 6, 0.8)[school]
pre <- round(level + rnorm(length(school), 0, 1.5), 3)
gain <- 0.4 + 0.25 * dose + rnorm(14, 0, 0.3)[school] + rnorm(length(school), 0, 1)
post <- round(pre + gain, 3)
d <- data.frame(person = seq_along(school), school, team = (school + 1) %/% 2, dose, held, pre, post)
write.csv(d, "dose.csv", row.names = FALSE)

test <- function(fit, cluster, which) {
  t <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  t <- t[which, ]
  list(estimate = t$beta, std_error = t$SE, df = t$df_Satt)
}
d$gain <- d$post - d$pre
d$mean <- ave(d$dose, d$school); d$own <- d$dose - d$mean
long <- rbind(data.frame(d[c("school", "team", "held")], y = d$pre, t = 0),
              data.frame(d[c("school", "team", "held")], y = d$post, t = 1))
# unbalanced waves: every fifth row after is missing
long <- long[!(long$t == 1 & seq_len(nrow(long)) %% 5 == 0), ]
long$x <- long$t * long$held
out <- list()
for (cluster in c("school", "team")) {
  # coef_test(lm(gain ~ own + mean), vcov = "CR2", cluster, test = "Satterthwaite")
  person <- lm(gain ~ own + mean, d)
  # coef_test(lm(y ~ t + x + factor(school)), vcov = "CR2", cluster, test = "Satterthwaite")
  schools <- lm(y ~ x + t + factor(school), long)
  out[[cluster]] <- list(within = test(person, d[[cluster]], 2),
                         between = test(person, d[[cluster]], 3),
                         schools = test(schools, long[[cluster]], 2))
}
write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE), "dose.json")
