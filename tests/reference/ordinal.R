# R's numbers for single ratings; run in this folder: Rscript ordinal.R [tvsfp.csv]
# The second file holds numbers from the TVSFP trial, whose data are not in this repository.
suppressMessages({library(MASS); library(numDeriv); library(clubSandwich); library(jsonlite)})
one <- function(r) list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)

# P(later > earlier) + P(same) / 2 of each school, by wilcox.test
ps_of <- function(d) {
  n <- table(factor(d$t, 0:1))
  unname(suppressWarnings(wilcox.test(d$y[d$t == 1], d$y[d$t == 0], exact = FALSE))$statistic) / prod(n)
}
ps_average <- function(d, w, cluster = NULL) {
  by <- split(d, d$school); ps <- sapply(by, ps_of)
  home <- if (is.null(cluster)) names(by) else sapply(by, function(s) s[[cluster]][1])
  r <- coef_test(lm(I(ps - .5) ~ 1, weights = w), vcov = "CR2", cluster = home, test = "Satterthwaite")
  c(one(r), list(ps = unname(ps)))
}

# log-likelihood of one row under logit P(Y <= j) = threshold_j - x'b
loglik <- function(at, y, x, J) {
  cuts <- c(-Inf, at[1:(J - 1)], Inf); eta <- drop(x %*% at[-(1:(J - 1))])
  log(plogis(cuts[y + 1] - eta) - plogis(cuts[y] - eta))
}
# delete-one-cluster jackknife in one Newton step, derivatives by numDeriv
one_step <- function(at, y, x, w, cluster, J, which) {
  G <- unique(cluster)
  total <- function(at, rows) sum(w[rows] * loglik(at, y[rows], x[rows, , drop = FALSE], J))
  grad <- function(rows) numDeriv::grad(total, at, rows = rows)
  hess <- function(rows) -numDeriv::hessian(total, at, rows = rows)
  all <- hess(seq_along(y))
  d <- sapply(G, function(g) { rows <- which(cluster == g); solve(all - hess(rows), grad(rows))[which] })
  # Satterthwaite's df of sum d_g^2 were rows independent; with weights the gradient's variance has their squares
  H <- lapply(G, function(g) hess(which(cluster == g)))
  squares <- function(at, rows) sum(w[rows]^2 * loglik(at, y[rows], x[rows, , drop = FALSE], J))
  S <- lapply(G, function(g) -numDeriv::hessian(squares, at, rows = which(cluster == g)))
  pull <- lapply(H, function(h) solve(all - h)[, which]); inverse <- solve(all); whole <- Reduce(`+`, S)
  omega <- outer(seq_along(G), seq_along(G), Vectorize(function(i, j) {
    between <- H[[i]] %*% inverse %*% whole %*% inverse %*% H[[j]] - H[[i]] %*% inverse %*% S[[j]] - S[[i]] %*% inverse %*% H[[j]]
    drop(pull[[i]] %*% (between + (i == j) * S[[i]]) %*% pull[[j]]) }))
  list(d = as.numeric(d), df = min(sum(diag(omega))^2 / sum(omega^2), length(G) - 1))
}
odds <- function(d, x, w, slope) {
  J <- nlevels(d$f); d$w <- w
  polr_of <- function(kept) polr(reformulate(colnames(x), "f"), data = cbind(d["f"], x, w = w)[kept, ], weights = w,
                                 Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
  fit <- polr_of(seq_along(w))
  at <- c(fit$zeta, fit$coefficients); G <- length(unique(d$school))
  moved <- one_step(at, as.integer(d$f), as.matrix(x), w, d$school, J, J - 1 + slope)
  refit <- sapply(unique(d$school), function(g) polr_of(which(d$school != g))$coefficients[slope])
  # cut by cut, glm, the same step
  cuts <- lapply(1:(J - 1), function(j) {
    z <- as.integer(as.integer(d$f) > j); X <- cbind(1, as.matrix(x))
    g <- suppressWarnings(glm.fit(X, z, weights = w, family = binomial())); p <- g$fitted.values
    info <- function(r) t(X[r, , drop = FALSE]) %*% (w[r] * p[r] * (1 - p[r]) * X[r, , drop = FALSE])
    H <- info(seq_along(z))
    list(b = g$coefficients[1 + slope], d = sapply(unique(d$school), function(s) { r <- which(d$school == s)
      solve(H - info(r), t(X[r, , drop = FALSE]) %*% (w[r] * (z[r] - p[r])))[1 + slope] })) })
  b <- sapply(cuts, `[[`, "b"); D <- t(apply(sapply(cuts, `[[`, "d"), 1, diff))
  if (J == 3) D <- matrix(D, ncol = 1)
  V <- (G - 1) / G * t(D) %*% D; m <- J - 2
  nu <- moved$df; Fm <- (nu - m + 1) / (m * nu) * drop(diff(b) %*% solve(V, diff(b)))
  list(b = unname(fit$coefficients[slope]), se = sqrt((G - 1) / G * sum(moved$d^2)), se_model = unname(sqrt(diag(vcov(fit))[slope])),
       se_refit = sqrt((G - 1) / G * sum((refit - mean(refit))^2)),
       cuts = unname(b), F = Fm, p = pf(Fm, m, nu - m + 1, lower.tail = FALSE), df = nu)
}

set.seed(11)
n <- c(4, 7, 12, 20, 33, 9, 15, 26, 6, 40)               # people of a school and wave, before
d <- do.call(rbind, lapply(1:10, function(s) { m <- c(n[s], rev(n)[s])
  data.frame(school = s, t = rep(0:1, m), place = rnorm(1, sd = .5)) }))
d$team <- (d$school + 1) %/% 2
d$y <- as.integer(cut(d$place + .5 * d$t + rlogis(nrow(d)), c(-Inf, -1.5, -.3, .8, 2.1, Inf)))
d$f <- factor(d$y, ordered = TRUE)
size <- t(sapply(split(d$t, d$school), function(t) table(factor(t, 0:1))))
by_rows <- size[, 1] * size[, 2] / rowSums(size)
row_weight <- function(school_weight) { w <- school_weight[d$school] / size[cbind(d$school, d$t + 1)]; w / mean(w) }
out <- list(data = d[c("school", "team", "t", "y")],
            superiority = list(respondent = ps_average(d, by_rows), school = ps_average(d, rep(1, 10)),
                               beneficiary = ps_average(d, (1:10)^2), teams = ps_average(d, by_rows, "team")),
            odds = list(respondent = odds(d, d["t"], row_weight(by_rows), 1), school = odds(d, d["t"], row_weight(rep(1, 10)), 1),
                        rows = odds(d, d["t"], rep(1, nrow(d)), 1)),
            # two sides: schools of an odd number have the programme
            sides = lapply(list(respondent = by_rows, school = rep(1, 10)), function(w) {
              x <- data.frame(both = d$t * (d$school %% 2), t = d$t, side = d$school %% 2)
              odds(d, x, row_weight(w), 1) }),
            versions = list(R = R.version.string, MASS = as.character(packageVersion("MASS")),
                            clubSandwich = as.character(packageVersion("clubSandwich"))))
write_json(out, "ordinal.json", digits = 15, auto_unbox = TRUE)

if (length(commandArgs(TRUE))) {
  d <- read.csv(commandArgs(TRUE)[1]); d$f <- factor(d$thksord, ordered = TRUE)
  x <- d[c("cc", "thkspre")]
  plain <- polr(f ~ cc + thkspre, data = d, control = list(reltol = 1e-15))
  sides <- coef_test(lm(thksord ~ cc + thkspre, d), vcov = "CR2", cluster = d$school, test = "Satterthwaite", coefs = "cc")
  out <- list(odds = odds(d, x, rep(1, nrow(d)), 1), loglik = as.numeric(logLik(plain)), ancova = one(sides))
  write_json(out, "ordinal_tvsfp.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
}
