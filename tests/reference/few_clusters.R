# R's answers for tests with few clusters, by refits with lm; run in this folder: Rscript few_clusters.R
suppressMessages({library(clubSandwich); library(jsonlite)})

signs <- function(G) as.matrix(expand.grid(rep(list(c(-1, 1)), G)))
ties <- function(values, own) mean(abs(values) >= abs(own) * (1 - 1e-9))
cr1 <- function(fit, cluster, name) sqrt(vcovCR(fit, cluster = cluster, type = "CR1")[name, name])

# the null imposed: fit without the column, flip whole clusters' residuals, refit with it
wild <- function(full, null, data, cluster, name) {
  fit <- lm(full, data); restricted <- lm(null, data)
  X <- model.matrix(fit); place <- match(cluster, unique(cluster))
  own <- coef(fit)[name] / cr1(fit, cluster, name)
  bread <- solve(crossprod(X)); row <- bread[name, , drop = FALSE]
  t <- apply(signs(max(place)), 1, function(v) {
    y <- fitted(restricted) + v[place] * resid(restricted)
    b <- bread %*% crossprod(X, y); u <- y - X %*% b
    meat <- rowsum(as.vector(X %*% t(row)) * as.vector(u), place)
    b[name, 1] / sqrt(max(place) / (max(place) - 1) * sum(meat^2))
  })
  list(b = unname(coef(fit)[name]), se = cr1(fit, cluster, name), p = ties(t, own))
}

out <- list()
a12 <- read.csv("a12_long.csv"); a12w <- read.csv("a12_wide.csv"); unbal <- read.csv("a12_unbal.csv")

gain <- with(a12w, tapply(post - pre, school, mean))
size <- with(a12w, tapply(post - pre, school, length))
out$flip_respondent <- ties(signs(12) %*% (gain * size), sum(gain * size))
out$flip_school <- ties(signs(12) %*% gain, sum(gain))
means <- with(unbal, tapply(y, list(school, t), mean))
change <- means[, 2] - means[, 1]
out$flip_unbal <- ties(signs(12) %*% change, sum(change))

arm <- with(a12w, tapply(treat, school, mean))
pick <- combn(12, sum(arm))
difference <- apply(pick, 2, function(i) mean(gain[i]) - mean(gain[-i]))
own <- mean(gain[arm == 1]) - mean(gain[arm == 0])
out$permute <- list(b = own, p = ties(difference, own), ways = ncol(pick))

out$wild_ancova <- wild(post ~ treat + pre, post ~ pre, a12w, a12w$school, "treat")
out$wild_fe <- wild(y ~ t + factor(school), y ~ factor(school), unbal, unbal$school, "t")
out$wild_plain <- wild(y ~ t, y ~ 1, unbal, unbal$school, "t")
crossing <- seq_len(nrow(unbal)) %% 7
out$wild_crossing <- wild(y ~ t + factor(school), y ~ factor(school), unbal, crossing, "t")
out$wild_did <- wild(y ~ t * treat, y ~ t + treat, a12, a12$school, "t:treat")

write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "few_clusters.json")
