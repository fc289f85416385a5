# R's answers for random effects, alpha and intraclass correlations; run here: Rscript schools.R
suppressMessages({library(metafor); library(psych); library(lme4); library(jsonlite)})
out <- list()

a12 <- read.csv("a12_wide.csv"); a12$gain <- a12$post - a12$pre
y <- as.numeric(tapply(a12$gain, a12$school, mean))
v <- as.numeric(tapply(a12$gain, a12$school, var) / tapply(a12$gain, a12$school, length))
summarise <- function(y, v, method, test) {
  r <- rma(y, v, method = method, test = test, control = list(threshold = 1e-14, maxiter = 5000, tol = 1e-12))
  p <- predict(r); b <- blup(r); ci <- confint(r, control = list(tol = 1e-14))$random
  list(y = y, v = v, mu = as.numeric(r$b), se = r$se, p = r$pval, low = r$ci.lb, high = r$ci.ub,
       tau2 = r$tau2, tau2_low = ci[1, 2], tau2_high = ci[1, 3], pi_low = p$pi.lb, pi_high = p$pi.ub,
       blup = b$pred, blup_low = b$pi.lb, blup_high = b$pi.ub)
}
out$a12_reml <- summarise(y, v, "REML", "knha")
out$a12_paule_mandel <- summarise(y, v, "PM", "knha")
# spread wider than chance, unequal variances
y2 <- c(.9, .2, .6, 1.1, .4, .8, -.3, 1.6); v2 <- c(.04, .03, .05, .04, .03, .06, .02, .2)
out$wide_reml <- summarise(y2, v2, "REML", "knha")
out$wide_paule_mandel <- summarise(y2, v2, "PM", "knha")
# less spread than chance: tau2 = 0 and q < 1, so that "adhoc" keeps the larger standard error
y3 <- c(.30, .32, .29, .33, .31); v3 <- c(.04, .03, .05, .04, .03)
r3 <- rma(y3, v3, method = "REML", test = "adhoc")
out$narrow <- list(y = y3, v = v3, mu = as.numeric(r3$b), se = r3$se, tau2 = r3$tau2)

# alpha and item-total correlations: the two waves as "items", then five made items
items <- function(d) { z <- seq_len(nrow(d))
  data.frame(a = d$pre, b = d$post, c = round(d$pre + sin(z)), d = round(2 * d$post + cos(3 * z)),
             e = d$pre - d$post + sin(5 * z) + d$pre) }
x <- items(a12); al <- suppressWarnings(alpha(x))
out$alpha <- list(raw = al$total$raw_alpha, r_drop = as.numeric(al$item.stats$r.drop))

# one-way intraclass correlations
anova_icc <- function(score, cluster) {
  m <- anova(lm(score ~ factor(cluster)))$"Mean Sq"; n <- as.numeric(table(cluster)); G <- length(n)
  n0 <- (sum(n) - sum(n^2) / sum(n)) / (G - 1)
  (m[1] - m[2]) / (m[1] + (n0 - 1) * m[2])
}
out$icc_a12_pre <- anova_icc(a12$pre, a12$school)
out$icc_a12_gain <- anova_icc(a12$gain, a12$school)
k <- min(table(a12$school))
equal <- do.call(rbind, lapply(split(a12, a12$school), function(d) d[1:k, ]))
one <- ICC(t(matrix(equal$pre, nrow = k)), lmer = FALSE)$results[1, ]
vc <- as.data.frame(VarCorr(lmer(pre ~ 1 + (1 | school), equal)))$vcov
out$icc_equal <- list(icc = one$ICC, low = one$"lower bound", high = one$"upper bound", reml = vc[1] / sum(vc))
out$sd <- list(pre = sd(a12$pre), post = sd(a12$post), gain = sd(a12$gain), gain_mean = mean(a12$gain))

# partially overlapping samples (the authors' example): reference p .026; t test of R where nobody is linked
x1 <- c(20,21,16,18,14,12,14,17); x2 <- c(10,16,18,16,15,14,13,10)
w <- t.test(x1, x2); e <- t.test(x1, x2, var.equal = TRUE)
out$unlinked_welch <- list(t = as.numeric(w$statistic), df = as.numeric(w$parameter), p = w$p.value)
out$unlinked_equal <- list(t = as.numeric(e$statistic), df = as.numeric(e$parameter), p = e$p.value)
x3 <- c(14,15,18,20,11,19,14,15); x4 <- c(15,10,15,17,13,19,12,13)
q <- t.test(x3, x4, paired = TRUE)
out$paired <- list(t = as.numeric(q$statistic), df = as.numeric(q$parameter), p = q$p.value, se = q$stderr)

# adjusted gains: the fitted gain at the mean of all pre respondents, every third person unlinked
a12$linked <- seq_len(nrow(a12)) %% 3 != 0
f <- lm(gain ~ pre, a12[a12$linked, ])
out$adjusted <- as.numeric(predict(f, data.frame(pre = mean(a12$pre))))
g <- lm(gain ~ pre + factor(school), a12[a12$linked, ])
out$adjusted_school <- mean(predict(g, a12))

out$versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
  psych = as.character(packageVersion("psych")), lme4 = as.character(packageVersion("lme4")))
write_json(out, "schools.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
