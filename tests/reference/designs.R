# R's answers for designs with a comparison; run in this folder: Rscript designs.R [tvsfp.csv]
# The trial's file is not in this repository; without it the old answers for it are kept.
suppressMessages({library(clubSandwich); library(lme4); library(jsonlite)})

ask <- function(fit, cluster, coef) {
  r <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = coef)
  list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)
}
# linear_contrast of clubSandwich 0.5.8 fails on a single row; with one row Wald's HTZ df are Satterthwaite's
contrast <- function(fit, cluster, weights) {
  V <- vcovCR(fit, cluster = cluster, type = "CR2"); b <- sum(weights * coef(fit))
  se <- sqrt(c(weights %*% V %*% weights))
  df <- Wald_test(fit, constraints = matrix(weights, 1), vcov = V, test = "HTZ")$df_denom
  list(b = b, se = se, df = df, p = 2 * pt(-abs(b / se), df))
}
out <- list()
a12w <- read.csv("a12_wide.csv"); unbal <- read.csv("a12_unbal.csv"); b100w <- read.csv("b100_wide.csv.gz")

# post respondents with the school's mean pre score and the own one, filled where it is not linked
covariates <- function(d) {
  pre <- d[d$t == 0, ]; post <- d[d$t == 1, ]
  post$level <- tapply(pre$y, pre$school, mean)[as.character(post$school)]
  own <- pre$y[match(post$pid, pre$pid)]
  post$missing <- as.numeric(is.na(own)); post$own <- ifelse(is.na(own), post$level, own)
  post$stratum <- as.integer(sub("s", "", post$school)) %/% 6
  post
}
post <- covariates(unbal)
post$w <- 1 + (match(post$pid, a12w$pid) %% 5) / 4
out$adjusted <- ask(lm(y ~ treat + level + own + missing, post), post$school, "treat")
out$adjusted_no_links <- ask(lm(y ~ treat + level, post), post$school, "treat")
out$adjusted_strata <- ask(lm(y ~ treat + level + own + missing + factor(stratum), post), post$school, "treat")
linked <- covariates(unbal[ave(unbal$t, unbal$pid, FUN = length) == 2, ])
out$adjusted_linked <- ask(lm(y ~ treat + level + own, linked), linked$school, "treat")
# sampling weights: the school's mean pre score is weighted too
pre <- unbal[unbal$t == 0, ]; pre$w <- 1 + (match(pre$pid, a12w$pid) %% 5) / 4
level <- tapply(pre$y * pre$w, pre$school, sum) / tapply(pre$w, pre$school, sum)
post$level_w <- level[post$school]; post$own_w <- ifelse(post$missing == 1, post$level_w, post$own)
out$adjusted_weighted <- ask(lm(y ~ treat + level_w + own_w + missing, post, weights = w), post$school, "treat")

# every school's change counts the same
unbal$ws <- 1 / ave(unbal$y, unbal$school, unbal$t, FUN = length)
out$did_school_mean <- ask(lm(y ~ t + t:treat + factor(school), unbal, weights = ws), unbal$school, "t:treat")

# baseline: difference and within-arm intraclass correlation
out$baseline <- ask(lm(y ~ treat, pre), pre$school, "treat")
m <- anova(lm(y ~ treat + factor(school), pre)); n <- table(pre$school); arm <- tapply(pre$treat, pre$school, max)
n0 <- (nrow(pre) - sum(tapply(n^2, arm, sum) / tapply(n, arm, sum))) / (length(n) - 2)
ms <- m["factor(school)", "Mean Sq"]; within <- m["Residuals", "Mean Sq"]
out$baseline_icc <- (ms - within) / (ms + (n0 - 1) * within)
out$baseline_sd <- summary(lm(y ~ treat, pre))$sigma

# shares: Cox's index by the delta method
a12w$reached <- as.numeric(a12w$post > 0.3)
f <- lm(reached ~ 0 + treat + I(1 - treat), a12w); p <- unname(coef(f))
line <- contrast(f, a12w$school, c(1, -1) / (1.65 * p * (1 - p)))
out$cox <- list(b = (qlogis(p[1]) - qlogis(p[2])) / 1.65, se = line$se, df = line$df)
cat_ <- read.csv("binary.csv")
out$binary <- ask(lm(b ~ t * T, cat_), cat_$school, "t")

# mixed models behind the total-variance effect size
model <- lmer(post ~ treat + pre + (1 | school), b100w); null <- lmer(post ~ 1 + (1 | school), b100w)
plain <- lmer(post ~ treat + (1 | school), b100w)
parts <- function(fit) { v <- as.data.frame(VarCorr(fit))$vcov; list(total = sum(v), icc = v[1] / sum(v)) }
out$mixed <- list(b = unname(fixef(model)["treat"]), conditional = parts(model), unconditional = parts(null), plain = parts(plain))

# cohorts against schools still waiting, cell by cell, then one regression of the cells
d <- read.csv("staggered.csv"); d$first_wave[is.na(d$first_wave)] <- Inf
mean_of <- function(s, t) mean(d$y[d$school == s & d$wave == t])
n_of <- function(s, t) sum(d$school == s & d$wave == t)
schools <- sort(unique(d$school)); first <- tapply(d$first_wave, d$school, min)[schools]
rows <- NULL
for (g in 2:4) for (t in 1:5) if (t != g - 1) for (s in schools) {
  treated <- first[s] == g; waiting <- first[s] > max(t, g - 1) && !treated
  if ((treated || waiting) && n_of(s, t) > 0 && n_of(s, g - 1) > 0) {
    a <- n_of(s, t); b <- n_of(s, g - 1)
    rows <- rbind(rows, data.frame(g, t, s, T = as.numeric(treated), d = mean_of(s, t) - mean_of(s, g - 1), w = a * b / (a + b)))
  }
}
rows$cell <- factor(paste(rows$g, rows$t))
cells <- levels(rows$cell); cohort <- as.integer(substr(cells, 1, 1)); wave <- as.integer(substr(cells, 3, 3))
for (k in c("school", "respondent")) {
  rows$u <- if (k == "school") 1 else rows$w
  fit <- lm(d ~ 0 + cell + cell:T, rows, weights = u)
  size <- sapply(cells, function(i) sum(rows$u[rows$cell == i & rows$T == 1]))
  share <- rep(0, length(cells))
  for (g in 2:4) { own <- cohort == g & wave >= g; share[own] <- mean(size[own]) / sum(own) }
  zero <- rep(0, length(cells)); r <- list(overall = contrast(fit, rows$s, c(zero, share / sum(share))))
  for (e in -3:3) {
    at <- (wave - cohort == e) * size
    if (sum(at) > 0) r[[paste0("since_", e)]] <- contrast(fit, rows$s, c(zero, at / sum(at)))
  }
  for (i in seq_along(cells)) {
    w <- with(rows[rows$cell == cells[i], ], tapply(u * d, T, sum) / tapply(u, T, sum))
    r[[paste0("cell_", cohort[i], "_", wave[i])]] <- unname(w["1"] - w["0"])
  }
  out[[paste0("staggered_", k)]] <- r
}

# three waves: what is left of the change, limits by a search for Fieller's roots
z <- seq_len(nrow(a12w))
follow <- a12w; follow$y <- 0.5 * a12w$pre + 0.5 * a12w$post + 0.4 * sin(3 * z) + 0.05
three <- rbind(data.frame(a12w[c("school", "treat")], y = a12w$pre, t = 0), data.frame(a12w[c("school", "treat")], y = a12w$post, t = 1),
               data.frame(follow[c("school", "treat", "y")], t = 2))
three$p <- as.numeric(three$t == 1); three$f <- as.numeric(three$t == 2)
fit <- lm(y ~ p + f + factor(school), three); rest <- rep(0, length(coef(fit)) - 3)
first_ <- contrast(fit, three$school, c(0, 1, 0, rest)); later <- contrast(fit, three$school, c(0, -1, 1, rest))
total <- contrast(fit, three$school, c(0, 0, 1, rest)); V <- vcovCR(fit, cluster = three$school, type = "CR2")
crit <- qt(.975, min(first_$df, total$df))
gap <- function(r) (total$b - r * first_$b)^2 - crit^2 * (V["f", "f"] - 2 * r * V["p", "f"] + r^2 * V["p", "p"])
ratio <- total$b / first_$b
out$retention <- list(first = first_, later = later, total = total, share = ratio,
  low = uniroot(gap, c(ratio - 20, ratio), tol = 1e-13)$root, high = uniroot(gap, c(ratio, ratio + 20), tol = 1e-13)$root)
fit <- lm(y ~ p * treat + f * treat + factor(school), three)
out$retention_did <- ask(fit, three$school, c("p:treat", "treat:f"))

# Lee's bounds, an answer at a time; the last answer at the cut is counted in part
answered <- (z * 7) %% 10 >= ifelse(a12w$treat == 1, 1, 3)
trim <- function(y, keep, decreasing) {
  y <- sort(y, decreasing = decreasing); left <- keep * length(y); total <- 0
  for (v in y) { take <- min(1, left); total <- total + take * v; left <- left - take }
  total / (keep * length(y))
}
y1 <- a12w$post[answered & a12w$treat == 1]; y0 <- a12w$post[answered & a12w$treat == 0]
q1 <- length(y1) / sum(a12w$treat == 1); q0 <- length(y0) / sum(a12w$treat == 0)
out$lee <- list(q1 = q1, q0 = q0, trim = 1 - q0 / q1, lower = trim(y1, q0 / q1, FALSE) - mean(y0), upper = trim(y1, q0 / q1, TRUE) - mean(y0))

file <- commandArgs(TRUE)
if (length(file) == 1) {
  d <- read.csv(file); d$level <- ave(d$thkspre, d$school)
  out$tvsfp <- ask(lm(thksord ~ cc + level + thkspre + factor(tv), d), d$school, "cc")
  out$tvsfp_tv <- ask(lm(thksord ~ tv + level + thkspre + factor(cc), d), d$school, "tv")
  out$tvsfp_baseline <- ask(lm(thkspre ~ cc, d), d$school, "cc")
  d$passed <- as.numeric(d$thksord > 2); f <- lm(passed ~ 0 + cc + I(1 - cc), d); p <- unname(coef(f))
  line <- contrast(f, d$school, c(1, -1) / (1.65 * p * (1 - p)))
  out$tvsfp_cox <- list(b = (qlogis(p[1]) - qlogis(p[2])) / 1.65, se = line$se, df = line$df)
} else {
  old <- fromJSON("designs.json", simplifyVector = FALSE)
  for (k in grep("^tvsfp", names(old), value = TRUE)) out[[k]] <- old[[k]]
}
out$versions <- list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")), lme4 = as.character(packageVersion("lme4")))
write_json(out, "designs.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
