# R's errors and limits of what no package gives whole; run in this folder: Rscript uncertainty.R
# R 4.2.2, clubSandwich 0.5.8, psych 2.2.9, numDeriv, jsonlite.
suppressMessages({library(clubSandwich); library(psych); library(numDeriv); library(jsonlite)})
out <- list()
row <- function(b, se, df, level = .95) {
  half <- qt((1 + level) / 2, df) * se
  list(b = b, se = se, df = df, low = b - half, high = b + half)
}
a12 <- read.csv("a12_wide.csv"); unbal <- read.csv("a12_unbal.csv")
schools <- sort(unique(a12$school)); a12$place <- match(a12$school, schools)

# gains of the linked at the mean of everybody: each cluster's part is the estimate's derivative by a
# weight of that cluster; error and df are CR2's of a mean of those parts
z <- seq_len(nrow(a12)); a12$linked <- (z * z) %% 7 < 2 + a12$place %% 5
adjusted <- function(all, cluster, by_school) {
  all$gain <- all$post - all$pre; all$g <- match(all[[cluster]], sort(unique(all[[cluster]])))
  theta <- function(w) {
    all$w <- w[all$g]; linked <- all[all$linked, ]
    fit <- lm(if (by_school) gain ~ pre + school else gain ~ pre, linked, weights = w)
    sum(all$w * predict(fit, all)) / sum(all$w)
  }
  G <- max(all$g); parts <- drop(jacobian(theta, rep(1, G)))
  size <- as.vector(table(factor(if (by_school) all$g else all$g[all$linked], 1:G)))
  each <- rep(seq_along(size), size); value <- (parts * sum(size) / size)[each]
  test <- coef_test(lm(value ~ 1), vcov = "CR2", cluster = each, test = "Satterthwaite")
  row(theta(rep(1, G)), test$SE, test$df_Satt)
}
a12$team <- (a12$place - 1) %/% 2; a12$half <- paste(a12$school, z %% 3)
out$adjusted_gain <- list(linked_per_school = as.vector(tapply(a12$linked, a12$place, sum)),
                          plain = adjusted(a12, "school", FALSE), school = adjusted(a12, "school", TRUE),
                          team = adjusted(a12, "team", TRUE), half = adjusted(a12, "half", TRUE))
# the difference of two sides' own estimates; df are Welch's if one person tells as much on either
sides <- lapply(c(1, 0), function(s) adjusted(a12[a12$place %% 2 == s, ], "school", TRUE))
people <- 1 / c(sum(a12$place %% 2 == 1), sum(a12$place %% 2 == 0))
out$adjusted_sides <- row(sides[[1]]$b - sides[[2]]$b, sqrt(sides[[1]]$se^2 + sides[[2]]$se^2),
                          sum(people)^2 / (people[1]^2 / sides[[1]]$df + people[2]^2 / sides[[2]]$df))

# a change over a standard deviation, which has its own error: the delta method by derivatives
over <- function(test, s, df) {
  J <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  d <- grad(function(at) J * at[1] / at[2], c(test$beta, s))
  row(J * test$beta / s, sqrt(sum((d * c(test$SE, s / sqrt(2 * df)))^2)), test$df_Satt)
}
cr2 <- function(fit, cluster, term) coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")[term, ]
gain <- cr2(lm(I(post - pre) ~ 1, a12), a12$school, 1); n <- nrow(a12)
out$d_pre <- over(gain, sd(a12$pre), (n - 1) / 1.7)
out$d_av <- over(gain, sqrt((var(a12$pre) + var(a12$post)) / 2), 2 * n - 2)
out$d_z <- over(gain, sd(a12$post - a12$pre), n - 1)
fit <- lm(pre ~ linked, a12)
out$linked_unlinked <- over(cr2(fit, a12$school, 2), summary(fit)$sigma, fit$df.residual)

# how scores spread and how alike two are, by leaving out a school at a time
left <- function(f) sapply(schools, function(s) f(a12[a12$school != s, ]))
log_sd <- function(d) log(sd(d$pre)); m <- anova(lm(pre ~ school, a12))$"Mean Sq"
size <- as.vector(table(a12$place)); n0 <- (n - sum(size^2) / n) / 11
between <- max((m[1] - m[2]) / n0, 0)
added <- (size - 1) * m[2]^2 + (m[2] + size * between)^2
bias <- (m[2] + between * (n - sum(size^2) / n) / (n - 1)) / (m[2] + between)
half <- qt(.975, sum(added)^2 / sum(added^2) - 1) * sqrt(sum((left(log_sd) - log_sd(a12))^2))
out$score_sd <- list(b = sd(a12$pre), low = exp(log_sd(a12) - log(bias) / 2 - half),
                     high = exp(log_sd(a12) - log(bias) / 2 + half))
jack <- function(f, back) {
  own <- left(f); half <- qt(.975, 11) * sqrt(11 / 12 * sum((own - mean(own))^2))
  limits <- sort(back(f(a12) + c(-half, half)))
  list(b = back(f(a12)), low = limits[1], high = limits[2])
}
out$correlation <- jack(function(d) atanh(cor(d$pre, d$post)), tanh)
a12$c <- round(a12$pre + sin(z)); a12$d <- round(2 * a12$post + cos(3 * z))
raw <- function(d) suppressWarnings(alpha(d[c("pre", "post", "c", "d")]))$total$raw_alpha
out$alpha <- jack(function(d) log(1 - raw(d)), function(x) 1 - exp(x))

# three outcomes' changes by school, every pattern of signs, one step after the other
a12$gain <- a12$post - a12$pre
changes <- sapply(list(a12$gain, a12$c - a12$pre + .2, a12$d / 2 - a12$post + .3 * a12$gain),
                  function(x) tapply(x, a12$place, mean))
signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), 12)))
norm <- sqrt(colSums(changes^2)); own <- abs(colSums(changes)) / norm
flipped <- abs(signs %*% changes) / rep(norm, each = nrow(signs))
adjusted_p <- numeric(3); before <- 0; rest <- order(-own)
while (length(rest)) {
  before <- max(before, mean(apply(flipped[, rest, drop = FALSE], 1, max) >= own[rest[1]] - 1e-10))
  adjusted_p[rest[1]] <- before; rest <- rest[-1]
}
out$romano_wolf <- list(p = sapply(1:3, function(k) mean(flipped[, k] >= own[k] - 1e-10)), adjusted = adjusted_p)

# two phases: three schools against nine
mean_of <- function(t) tapply(unbal$y[unbal$t == t], unbal$school[unbal$t == t], mean)[schools]
test <- t.test((mean_of(1) - mean_of(0))[4:12], (mean_of(1) - mean_of(0))[1:3], var.equal = TRUE)
out$phase_half_width <- diff(test$conf.int) / 2
unbal$late <- as.numeric(match(unbal$school, schools) > 5); unbal$both <- unbal$t * unbal$late
late <- cr2(lm(y ~ both + t + school, unbal), unbal$school, "both")
out$phase_difference <- row(late$beta, late$SE, late$df_Satt)

# worst cases of the lost: CR2 at either end, Imbens and Manski's interval on the smaller df
bounds <- function(low, high) {
  se <- c(low$SE, high$SE); df <- min(low$df_Satt, high$df_Satt); apart <- (high$beta - low$beta) / max(se)
  k <- uniroot(function(k) pt(k + apart, df) - pt(-k, df) - .95, c(0, qt(.975, df)), tol = 1e-14)$root
  list(lower = low$beta, upper = high$beta, low = low$beta - k * se[1], high = high$beta + k * se[2])
}
cut <- function(x) pmin(2, pmax(-2, x))
filled <- function(end) cr2(lm(ifelse(a12$linked, cut(a12$post), end) - cut(a12$pre) ~ 1), a12$school, 1)
out$worst_gain <- bounds(filled(-2), filled(2))
fewer <- pmax(tapply(unbal$t == 0, unbal$school, sum) - tapply(unbal$t == 1, unbal$school, sum), 0)
added <- function(end) {
  d <- rbind(data.frame(school = unbal$school, t = unbal$t, y = cut(unbal$y)),
             data.frame(school = rep(names(fewer), fewer), t = 1, y = end))
  cr2(lm(y ~ t + school, d), d$school, "t")
}
out$worst_change <- bounds(added(-2), added(2))

# Cox's index of later shares, adjusted: the delta method by derivatives of both adjusted logits
yes <- read.csv("binary.csv"); before <- yes[yes$t == 0, ]; late <- yes[yes$t == 1, ]
late$level <- tapply(before$b, before$school, mean)[as.character(late$school)]
late$own <- before$b[match(late$pid, before$pid)]
for (name in c("level", "own")) late[[name]] <- late[[name]] - mean(late[[name]])
fit <- lm(b ~ T + level + own, late); cox <- function(b) (qlogis(b[1] + b[2]) - qlogis(b[1])) / 1.65
line <- linear_contrast(fit, vcov = "CR2", cluster = late$school, test = "Satterthwaite",
                        contrasts = matrix(c(grad(cox, coef(fit)[1:2]), 0, 0), 1))
out$adjusted_cox <- row(unname(cox(coef(fit)[1:2])), line$SE, line$df)

# an item in two waves at twelve schools: polr, each school left out in one step, Hotelling's test
wide <- read.csv("b100_wide.csv.gz"); z <- seq_len(nrow(wide))
rate <- function(y, k) pmin(5, pmax(1, round(3 + (0.5 + 0.15 * k) * y + 0.8 * sin((3 + 2 * k) * z + k))))
kept <- wide$school %in% unique(wide$school)[1:12]
items <- rbind(sapply(1:5, function(k) rate(wide$pre, k))[kept, ],
               sapply(1:5, function(k) rate(wide$post * ifelse(k == 4, -.4, 1) + .9 * (k == 2), k))[kept, ])
home <- rep(wide$school[kept], 2); wave <- rep(0:1, each = sum(kept)); total <- rowSums(items)
x <- (total - mean(total)) / sqrt(mean((total - mean(total))^2)); y <- items[, 3]; J <- length(unique(y))
of <- function(X, slopes) {
  d <- data.frame(y = factor(y), X); first <- MASS::polr(y ~ ., d)
  fit <- MASS::polr(y ~ ., d, start = c(coef(first), first$zeta), control = list(reltol = 1e-20, maxit = 1e4))
  a <- match(y, sort(unique(y)))
  ll <- function(at, rows) {
    cuts <- c(-Inf, at[1:(J - 1)], Inf); eta <- drop(as.matrix(X[rows, ]) %*% at[-(1:(J - 1))])
    sum(log(plogis(cuts[a[rows] + 1] - eta) - plogis(cuts[a[rows]] - eta)))
  }
  at <- c(fit$zeta, coef(fit)); groups <- split(seq_along(y), home); which <- J - 1 + slopes
  H <- lapply(groups, function(r) -hessian(ll, at, rows = r)); all <- Reduce(`+`, H); G <- length(H); q <- length(which)
  s <- lapply(groups, function(r) grad(ll, at, rows = r))
  pull <- lapply(H, function(h) solve(all - h)[which, , drop = FALSE])
  moves <- sapply(1:G, function(g) pull[[g]] %*% s[[g]]); moves <- matrix(moves, q) * sqrt((G - 1) / G)
  cov_of <- function(g, h) pull[[g]] %*% ((g == h) * H[[g]] - H[[g]] %*% solve(all, H[[h]])) %*% t(pull[[h]])
  expected <- Reduce(`+`, lapply(1:G, function(g) cov_of(g, g)))
  e <- eigen(expected); root <- e$vectors %*% diag(1 / sqrt(e$values), q) %*% t(e$vectors); spread <- 0
  for (g in 1:G) for (h in 1:G) {
    m <- root %*% cov_of(g, h) %*% root; spread <- spread + sum(outer(diag(m), diag(m))) + sum(m * t(m))
  }
  eta <- q * (q + 1) / spread; b <- coef(fit)[slopes]
  Q <- drop(b %*% solve(moves %*% t(moves), b)); f <- (eta - q + 1) / (eta * q) * Q
  list(statistic = f, df = eta - q + 1, p = pf(f, q, eta - q + 1, lower.tail = FALSE))
}
out$wave_dif <- list(uniform = of(data.frame(x, wave), 2), total = of(data.frame(x, wave, xw = x * wave), 2:3))

# single schools with workshops of unequal size: moments written as loops over schools and workshops
d <- unbal; three <- as.integer(sub(".*_", "", d$pid)) %% 3; d$shop <- paste(d$school, three)
d$y <- d$y + .8 * sin(5 * match(d$school, schools) + 2 * three + 1.5 * d$t)
P <- matrix(0, 2, 2); W <- matrix(0, 2, 2); waves <- 0:1
d$dev <- d$y - ave(d$y, d$shop, d$t)
for (t in waves) P[t + 1, t + 1] <- with(d[d$t == t, ], sum(dev^2) / (length(y) - length(unique(shop))))
both <- merge(d[d$t == 0, ], d[d$t == 1, ], by = c("pid", "shop", "school")); expected <- 0
for (s in unique(both$shop)) {
  m <- sum(both$shop == s); a <- sum(d$shop == s & d$t == 0); b <- sum(d$shop == s & d$t == 1)
  expected <- expected + m * (1 - 1 / a - 1 / b + m / (a * b))
}
P[1, 2] <- P[2, 1] <- sum(both$dev.x * both$dev.y) / expected
count <- function(s, t) sum(d$shop == s & d$t == t); level <- function(s, t) mean(d$y[d$shop == s & d$t == t])
links <- function(s) sum(both$shop == s)
for (s in waves) for (t in waves) if (s <= t) {
  top <- 0; bottom <- 0
  for (school in schools) {
    w <- unique(d$shop[d$school == school]); w <- w[sapply(w, count, s) > 0 & sapply(w, count, t) > 0]
    u <- sqrt(sapply(w, function(k) count(k, s) / (count(k, s) + 10)) * sapply(w, function(k) count(k, t) / (count(k, t) + 10)))
    x <- sapply(w, level, s); y <- sapply(w, level, t)
    noise <- if (s == t) P[s + 1, s + 1] / sapply(w, count, s) else P[1, 2] * sapply(w, links) / (sapply(w, count, 0) * sapply(w, count, 1))
    top <- top + sum(u * (x - weighted.mean(x, u)) * (y - weighted.mean(y, u))) - sum(u * (1 - u / sum(u)) * noise)
    bottom <- bottom + sum(u * (1 - u / sum(u)))
  }
  W[s + 1, t + 1] <- W[t + 1, s + 1] <- top / bottom
}
v <- sapply(schools, function(school) {
  mine <- d[d$school == school, ]; n <- c(sum(mine$t == 0), sum(mine$t == 1))
  f <- sapply(unique(mine$shop), function(k) c(count(k, 0), count(k, 1)) / n)
  of_shops <- sum(sapply(seq_len(ncol(f)), function(k) c(-1, 1) %*% (W * outer(f[, k], f[, k])) %*% c(-1, 1)))
  max(of_shops, 0) +
    P[1, 1] / n[1] + P[2, 2] / n[2] - 2 * P[1, 2] * sum(both$school == school) / prod(n)
})
out$schools <- list(people = c(P[1, 1], P[2, 2], P[1, 2]), workshops = c(W[1, 1], W[2, 2], W[1, 2]),
                    change = unname(sapply(schools, function(k) with(d[d$school == k, ], mean(y[t == 1]) - mean(y[t == 0])))),
                    variance = as.vector(v))
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "uncertainty.json")
