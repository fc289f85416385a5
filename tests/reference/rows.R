# Numbers of tests/estimators/test_single_shares.py, test_reference_values.py. Rscript rows.R, in this folder
suppressMessages({library(clubSandwich); library(geepack); library(ordinal); library(lme4); library(jsonlite)})
out <- list()
d <- read.csv("binary.csv"); d <- d[order(d$school), ]; pre <- d[d$t == 0, ]; post <- d[d$t == 1, ]

# a binary item by sides: linear probabilities, logit with exchangeable answers, ordered answers
ct <- coef_test(lm(b ~ t, d), vcov = "CR2", cluster = d$school, test = "Satterthwaite")
ct4 <- coef_test(lm(b ~ t * T, d), vcov = "CR2", cluster = d$school, test = "Satterthwaite")
row_of <- function(ct, k) list(b = ct$beta[k], se = ct$SE[k], df = ct$df_Satt[k], p = ct$p_Satt[k])
out$lpm <- row_of(ct4, 2); out$lpm_did <- row_of(ct4, 4); out$lpm_one_group <- row_of(ct, 2)
m <- clmm(factor(o, ordered = TRUE) ~ t * T + (1 | school), d)
out$clmm <- list(b = unname(coef(summary(m))["t", 1]), se = unname(coef(summary(m))["t", 2]))

# Mancl and DeRouen's variance written out, row by row, at geepack's estimates
mancl_derouen <- function(fit, d) {
  X <- model.matrix(fit$formula, d); mu <- plogis(drop(X %*% coef(fit))); a <- fit$geese$alpha; y <- d$b
  parts <- lapply(split(seq_len(nrow(d)), d$school), function(i) {
    v <- mu[i] * (1 - mu[i]); D <- X[i, , drop = FALSE] * v
    R <- matrix(a, length(i), length(i)); diag(R) <- 1
    list(D = D, Vi = solve(sqrt(v) * t(sqrt(v) * R)), e = y[i] - mu[i])
  })
  B <- solve(Reduce(`+`, lapply(parts, function(p) t(p$D) %*% p$Vi %*% p$D)))
  meat <- Reduce(`+`, lapply(parts, function(p) {
    H <- p$D %*% B %*% t(p$D) %*% p$Vi
    u <- t(p$D) %*% p$Vi %*% solve(diag(length(p$e)) - H, p$e); u %*% t(u)
  }))
  sqrt(diag(B %*% meat %*% B))
}
gee <- function(formula, d) {
  fit <- geeglm(formula, id = school, data = d, family = binomial, corstr = "exchangeable",
                control = geese.control(epsilon = 1e-12, maxit = 200))
  list(b = unname(coef(fit)), se_robust = unname(summary(fit)$coefficients[, 2]),
       se = unname(mancl_derouen(fit, d)), alpha = unname(fit$geese$alpha))
}
out$gee <- gee(b ~ t, d); out$gee_did <- gee(b ~ t * T, d)
uneven <- d[(seq_len(nrow(d)) * 7) %% 5 < 1 + d$school %% 4, ]  # sizes from a fifth to four fifths
out$gee_uneven <- gee(b ~ t * T, uneven)
level <- tapply(pre$b, pre$school, mean); post$level <- level[as.character(post$school)]
out$gee_adjusted <- gee(b ~ T + level, post)

# one school, linked people: McNemar by the binomial distribution
one <- merge(pre[pre$school == 3, c("pid", "b")], post[post$school == 3, c("pid", "b")], by = "pid")
up <- sum(one$b.x == 0 & one$b.y == 1); down <- sum(one$b.x == 1 & one$b.y == 0)
out$mcnemar <- list(up = up, down = down, p = binom.test(up, up + down)$p.value)

# Cox's index of the difference in differences of shares, delta method, CR2
fit <- lm(b ~ 0 + factor(paste(T, t)), d); p <- unname(coef(fit))
ct <- linear_contrast(fit, vcov = "CR2", cluster = d$school, contrasts = matrix(c(1, -1, -1, 1) / (1.65 * p * (1 - p)), 1), test = "Satterthwaite")
out$cox_did <- list(b = sum(c(1, -1, -1, 1) * qlogis(p)) / 1.65, se = ct$SE, df = ct$df)

# p-values with the false discovery rate of Benjamini and Hochberg
p <- c(.001, .2, .012, .04, .04, .9, .03)
out$bh <- list(p = p, bh = p.adjust(p, "BH"), bh_of_ten = p.adjust(p, "BH", n = 10))

# mixed models of the later scores behind both standardised effects of a lot
w <- read.csv(gzfile("b100_wide.csv.gz"))
w$level <- ave(w$pre, w$school); w$own <- w$pre - w$level
parts <- function(fit) { v <- as.data.frame(VarCorr(fit))$vcov; list(total = sum(v), icc = v[1] / sum(v)) }
adjusted <- lmer(post ~ treat + level + own + (1 | school), w)
out$random_intercept <- list(b = unname(fixef(adjusted)["treat"]), conditional = parts(adjusted),
                             unconditional = parts(lmer(post ~ 1 + (1 | school), w)))
write_json(out, "rows.json", auto_unbox = TRUE, digits = 12, pretty = TRUE)
