# R's differences of effects between groups; run in this folder: Rscript effect_differences.R
suppressMessages({library(clubSandwich); library(jsonlite)})

d <- read.csv("a12_unbal.csv")
d$row <- seq_len(nrow(d)) - 1
d$place <- match(d$school, sort(unique(d$school))) - 1
d$person <- match(d$pid, sort(unique(d$pid))) - 1
d$g <- d$person %% 2                                    # groups within every school
d$class <- paste(d$school, d$person %% 3)               # clusters within schools
d$cell <- factor(paste(d$school, d$g))
seen <- ave(d$t, d$cell, FUN = function(t) length(unique(t)))
d <- d[seen == 2, ]

ask <- function(fit, cluster, coef) {
  r <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = coef)
  list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)
}
d$ttg <- d$t * d$treat * d$g; d$tt <- d$t * d$treat; d$tg <- d$t * d$g
d$ws <- 1 / ave(d$y, d$cell, d$t, FUN = length)
out <- list(
  school = ask(lm(y ~ ttg + tt + tg + t + cell, d), d$school, "ttg"),
  class = ask(lm(y ~ ttg + tt + tg + t + cell, d), d$class, "ttg"),
  school_mean = ask(lm(y ~ ttg + tt + tg + t + cell, d, weights = ws), d$school, "ttg")
)

# the later scores of randomised schools: every coefficient once for each group
pre <- d[d$t == 0, ]; post <- d[d$t == 1, ]
key <- function(x) paste(x$school, x$g)
post$level <- tapply(pre$y, key(pre), mean)[key(post)]
own <- pre$y[match(post$pid, pre$pid)]
post$missing <- as.numeric(is.na(own)); post$own <- ifelse(is.na(own), 0, own - post$level)
post$stratum <- post$place %/% 6
post$of <- factor(post$g)
out$adjusted <- ask(lm(y ~ treat * g + (level + own + missing) * of, post), post$school, "treat:g")
out$adjusted_strata <- ask(
  lm(y ~ treat + treat:g + (level + own + missing + factor(stratum)) * of, post), post$school, "treat:g")
# the same scores as an order of few values
whole <- d; whole$y <- round(whole$y)
pre <- whole[whole$t == 0, ]; late <- whole[whole$t == 1, ]
late$level <- tapply(pre$y, pre$school, mean)[late$school]
own <- pre$y[match(late$pid, pre$pid)]
late$missing <- as.numeric(is.na(own)); late$own <- ifelse(is.na(own), 0, own - late$level)
late$stratum <- late$place %/% 6
odds <- function(formula) unname(MASS::polr(formula, late, control = list(reltol = 1e-15, maxit = 1000))$coefficients["treat"])
out$odds <- odds(factor(y) ~ treat + level + own + missing)
out$odds_strata <- odds(factor(y) ~ treat + level + own + missing + factor(stratum))
out$odds_values <- length(unique(late$y))
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "effect_differences.json")
