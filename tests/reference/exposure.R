# R's models of change with and without exposure; makes exposure.csv, exposure.json; run here
suppressMessages({library(clubSandwich); library(jsonlite)})
set.seed(31)
# 12 places before and 12 others after, of unequal size; in the second case the same 12 twice
size <- c(5, 14, 8, 21, 3, 9, 12, 7, 16, 4, 10, 6)
place <- c(rep(1:12, size), rep(1:12, rev(size)))
t <- rep(0:1, each = sum(size))
seen <- ifelse(t == 1, rbinom(length(t), 1, plogis(rnorm(12)[place])), 0)
seen[t == 1 & runif(length(t)) < 0.08] <- NA
often <- ifelse(is.na(seen), NA, seen * (1 + rpois(length(t), 1.2)))
y <- round(6 + rnorm(12, 0, 0.7)[place] + 0.5 * t + 0.4 * ifelse(is.na(seen), 0, seen)
           + rnorm(length(t), 0, 1.5), 3)
d <- data.frame(place, round = place + 12 * t, t, seen, often, y)
write.csv(d, "exposure.csv", row.names = FALSE)

coefficient <- function(fit, cluster, which) {
  # coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  k <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")[which, ]
  list(estimate = k$beta, std_error = k$SE, df = k$df_Satt)
}
both <- function(fit, cluster, a, b) {
  # linear_contrast(fit, vcov = "CR2", cluster = cluster, contrasts = ...)
  k <- rep(0, length(coef(fit))); k[c(a, b)] <- 1
  s <- linear_contrast(fit, vcov = "CR2", cluster = cluster, contrasts = matrix(k, 1))
  list(estimate = s$Est, std_error = s$SE, df = s$df)
}
out <- list()
for (name in c("seen", "often")) {
  d$x <- ifelse(d$t == 1 & !is.na(d[[name]]), d[[name]], 0)
  d$unsure <- as.numeric(d$t == 1 & is.na(d[[name]]))
  rounds <- lm(y ~ t + x + unsure, d)
  same <- lm(y ~ t + x + unsure + factor(place), d)
  after <- d[d$t == 1 & !is.na(d[[name]]), ]
  slope <- lm(y ~ x + factor(place), after)
  team <- (after$place + 1) %/% 2
  out[[name]] <- list(
    rounds = list(without = coefficient(rounds, d$round, 2), with_it = both(rounds, d$round, 2, 3)),
    same = list(without = coefficient(same, d$place, 2), with_it = both(same, d$place, 2, 3)),
    slope = coefficient(slope, after$place, 2), slope_teams = coefficient(slope, team, 2))
}
write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE), "exposure.json")
