# R's agreement of pairs of answers; run in this folder: Rscript agreement.R
suppressMessages({library(psych); library(jsonlite)})
set.seed(5)
n <- 160
school <- rep(1:16, each = 10)
level <- rnorm(16)[school] + rnorm(n)
cut5 <- function(x) as.integer(cut(x, c(-Inf, -1.4, -0.5, 0.4, 1.3, Inf)))
parent <- cut5(level + rnorm(n)); child <- cut5(level + 0.4 + rnorm(n))
scale <- 1:5
w <- 1 - outer(scale, scale, function(a, b) (a - b)^2) / 16
table5 <- function(a, b) table(factor(a, scale), factor(b, scale)) / length(a)
kappa_of <- function(a, b) {
  # psych::cohen.kappa(cbind(a, b))$weighted.kappa, quadratic weights
  unname(cohen.kappa(cbind(a, b), levels = scale)$weighted.kappa)
}
ac2_of <- function(a, b) {  # Gwet (2008), weighted: chance from the mean of the two margins
  p <- table5(a, b); q <- (rowSums(p) + colSums(p)) / 2
  pe <- sum(w) / (5 * 4) * sum(q * (1 - q)); (sum(w * p) - pe) / (1 - pe)
}
same_of <- function(a, b) mean(a == b)
jack <- function(f, to, back) {  # on a scale without ends, around the whole sample's value
  left <- sapply(1:16, function(j) to(f(parent[school != j], child[school != j])))
  b <- f(parent, child); se <- sqrt(sum((left - to(b))^2))
  list(b = b, se = se, low = back(to(b) - qt(.975, 15) * se), high = back(to(b) + qt(.975, 15) * se))
}
out <- list(parent = parent, child = child, school = school,
            weighted_kappa = jack(kappa_of, atanh, tanh), gwet_ac2 = jack(ac2_of, atanh, tanh),
            same_answer = jack(same_of, qlogis, plogis))
write(toJSON(out, digits = NA, auto_unbox = TRUE), "agreement.json")
