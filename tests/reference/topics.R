# R's joint tests of several measures of the same people; run in this folder: Rscript topics.R
suppressMessages({library(clubSandwich); library(jsonlite)})

unbal <- read.csv("a12_unbal.csv")
unbal$place <- match(unbal$school, sort(unique(unbal$school))) - 1
unbal$row <- seq_len(nrow(unbal)) - 1
unbal$arm <- unbal$place %% 2
part <- function(name, value, keep) { d <- unbal[keep, ]; d$m <- name; d$y <- value[keep]; d }
all <- with(unbal, rbind(
  part("a", y, row >= 0),
  part("b", 0.6 * y + 2 * sin(row) + 0.4 * t, row %% 7 != 0),        # some did not answer it
  part("c", 0.3 * y + 3 * cos(row * place) - 0.2 * t * arm, row %% 5 != 1)))
all$m <- factor(all$m)
n_cell <- ave(all$y, all$m, all$school, all$t, FUN = length)
all$w <- 1 / n_cell                                                  # every school counts once

joint <- function(fit, cluster, terms) {
  C <- constrain_equal(terms, coefs = coef(fit))
  test <- Wald_test(fit, constraints = C, vcov = "CR2", cluster = cluster, test = "HTZ")
  b <- coef(fit)[terms]
  list(range = max(b) - min(b), F = test$Fstat, df = test$df_denom, p = test$p_val)
}
own <- function(d, by) {                                             # a column for each measure
  X <- model.matrix(~ 0 + m, d) * by; colnames(X) <- paste0("x", 1:3); X
}
X <- own(all, all$t); S <- own(all, all$t * all$arm)
post <- all[all$t == 1, ]
pre <- aggregate(y ~ school + m, all[all$t == 0, ], mean)
key <- function(d) paste(d$school, d$m)
post$level <- pre$y[match(key(post), key(pre))]
A <- own(post, post$arm); L <- own(post, post$level); colnames(L) <- paste0("l", 1:3)
out <- list(
  respondent = joint(lm(all$y ~ 0 + X + factor(all$school):all$m), all$school, 1:3),
  school = joint(lm(all$y ~ 0 + X + factor(all$school):all$m, weights = all$w), all$school, 1:3),
  team = joint(lm(all$y ~ 0 + X + factor(all$school):all$m), all$place %/% 2, 1:3),
  plain = joint(lm(all$y ~ 0 + X + all$m), all$school, 1:3),
  sides = joint(lm(all$y ~ 0 + S + X + factor(all$school):all$m), all$school, 1:3),
  lot = joint(lm(post$y ~ 0 + A + L + post$m), post$school, 1:3),
  lot_school = joint(lm(post$y ~ 0 + A + L + post$m, weights = post$w), post$school, 1:3)
)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "topics.json")
