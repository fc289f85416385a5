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

# a roll-out: groups that begin at dates 1, 2, ..., the last element those that wait to the end; every
# comparison of a group with all that still wait as rows of changes, overall effect as a contrast
library(clubSandwich)
roll_out <- function(sizes) {
  k <- length(sizes) - 1; first <- rep(c(seq_len(k), Inf), sizes); schools <- length(first)
  cells <- subset(expand.grid(g = seq_len(k), t = seq_len(k)), t >= g)
  enough <- mapply(function(g, t) sum(first == g) >= 2 && sum(first > t) >= 2, cells$g, cells$t)
  cells <- cells[enough, ]
  d <- do.call(rbind, lapply(seq_len(nrow(cells)), function(i) {
    s <- which(first == cells$g[i] | first > cells$t[i])
    data.frame(cell = factor(i, seq_len(nrow(cells))), s = s, base = cells$g[i] - 1, t = cells$t[i],
               treated = as.numeric(first[s] == cells$g[i]))
  }))
  set.seed(1); d$y <- rnorm(nrow(d))
  alone <- nrow(cells) == 1
  m <- if (alone) lm(y ~ treated, d) else lm(y ~ 0 + cell + cell:treated, d)
  share <- sizes[cells$g] / ave(cells$g, cells$g, FUN = length); share <- share / sum(share)
  weights <- c(rep(0, length(coef(m)) - length(share)), share)
  V <- vcovCR(m, cluster = d$s, type = "CR2")
  X <- model.matrix(m); rows <- drop(weights %*% solve(crossprod(X), t(X)))
  means <- matrix(0, schools, k + 1)
  for (i in seq_len(nrow(d))) {
    means[d$s[i], d$t[i] + 1] <- means[d$s[i], d$t[i] + 1] + rows[i]
    means[d$s[i], d$base[i] + 1] <- means[d$s[i], d$base[i] + 1] - rows[i]
  }
  list(groups = I(sizes[seq_len(k)]), waiting = sizes[k + 1], squares = sum(means^2),
       df = Wald_test(m, constraints = matrix(weights, 1), vcov = V, test = "HTZ")$df_denom)
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
  roll_outs = lapply(list(c(6, 6, 6, 6, 0), c(5, 4, 2, 3, 0), c(3, 7, 4), c(4, 6)), roll_out))
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "power.json")
