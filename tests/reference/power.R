# R's answers for power and smallest detectable changes; run in this folder: Rscript power.R
library(jsonlite)

both <- function(ncp, df, alpha = .05) {
  edge <- qt(1 - alpha / 2, df)
  pt(edge, df, ncp, lower.tail = FALSE) + pt(-edge, df, ncp)
}

# PowerUpR's mdes.cra2 and power.cra2, written out: the package is not in Debian
mdes_cra2 <- function(rho2, g2, r21, r22, n, J, p = .5, power = .8, alpha = .05) {
  df <- J - g2 - 2
  sse <- sqrt(rho2 * (1 - r22) / (p * (1 - p) * J) +
              (1 - rho2) * (1 - r21) / (p * (1 - p) * J * n))
  (qt(1 - alpha / 2, df) + qt(power, df)) * sse
}

# degrees of freedom of CR2 in a layout of schools by surveys
library(clubSandwich)
steps_df <- function(schools, steps) {
  d <- expand.grid(t = 0:steps, s = seq_len(schools))
  d$begun <- as.numeric(d$t >= ceiling(d$s / (schools / steps)))
  set.seed(1); d$y <- rnorm(nrow(d))
  m <- lm(y ~ begun + factor(t) + factor(s), d)
  coef_test(m, vcov = "CR2", cluster = d$s, coefs = "begun")$df_Satt
}

out <- list(
  # two-sample t test on the means of 10 schools an arm: power.t.test(strict = TRUE)
  two_arms = power.t.test(n = 10, delta = 1.2, sd = 1, strict = TRUE)$power,
  # one sample of 12 schools' changes
  one_group = power.t.test(n = 12, delta = 0.9, sd = 1, type = "one.sample", strict = TRUE)$power,
  noncentral = lapply(list(c(1, 3), c(2, 8), c(5, 1), c(17, 3), c(100, 2.8)),
                      function(x) list(df = x[1], ncp = x[2], power = both(x[2], x[1]))),
  cra2 = list(
    a = mdes_cra2(.17, 1, .5, .7, 15, 20),
    b = mdes_cra2(.20, 0, 0, 0, 25, 40, p = .3),
    c = mdes_cra2(.05, 2, .3, .5, 60, 12, power = .9)),
  exact_multiplier = lapply(c(1, 4, 18, 99), function(df) list(df = df,
    m = uniroot(function(x) both(x, df) - .8, c(0, 60), tol = 1e-12)$root)),
  staggered_df = list(list(schools = 20, steps = 4, df = steps_df(20, 4)),
                      list(schools = 12, steps = 3, df = steps_df(12, 3))))
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "power.json")
