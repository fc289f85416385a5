# R's answers on two sides of which the lost are known; run in this folder: Rscript missing_sides.R
# R 4.2.2, clubSandwich 0.5.8, brglm2 0.9, mice 3.15.0 with pan 1.6, jsonlite.
suppressMessages({library(clubSandwich); library(jsonlite); library(brglm2); library(mice)
                  library(pan)})
lost <- read.csv("lost.csv")
lost$seen <- as.numeric(!is.na(lost$post))
lost$T <- as.numeric(as.integer(substr(lost$school, 2, 3)) %% 2 == 1)
in_school <- lost[ave(lost$seen, lost$school, FUN = sum) > 0, ]
out <- list()
row <- function(test) list(b = test$beta, se = test$SE, df = test$df_Satt)

# weights of each side by a penalised logit of its own
weigh <- function(side) {
  fit <- glm(seen ~ pre + sex + factor(school), binomial, side, method = "brglmFit",
             type = "AS_mean", control = list(epsilon = 1e-12, maxit = 500))
  again <- side[side$seen == 1, ]
  w <- mean(side$seen) / fitted(fit)[side$seen == 1]
  limits <- quantile(w, c(.01, .99))
  again$w <- pmin(pmax(w, limits[1]), limits[2])
  again}
again <- do.call(rbind, lapply(split(in_school, in_school$T), weigh))
out$gains <- row(coef_test(lm(post - pre ~ T, again, weights = w), vcov = "CR2",
                           cluster = again$school, test = "Satterthwaite", coefs = "T"))
out$effective <- sum(sapply(split(again$w, again$T), function(w) sum(w)^2 / sum(w^2)))

# later scores adjusted: means before of all asked, own distance from them
level <- tapply(in_school$pre, in_school$school, mean)
again$level <- level[again$school]; again$own <- again$pre - again$level
out$adjusted <- row(coef_test(lm(post ~ T + level + own, again, weights = w), vcov = "CR2",
                              cluster = again$school, test = "Satterthwaite", coefs = "T"))
# the same beside pairs of schools
again$pair <- (as.integer(substr(again$school, 2, 3)) - 1) %/% 6
out$strata <- row(coef_test(lm(post ~ T + level + own + factor(pair), again, weights = w),
                            vcov = "CR2", cluster = again$school, test = "Satterthwaite",
                            coefs = "T"))
# schools held: each side's mean gain is that of its schools by all their pupils
share <- table(in_school$school); side <- tapply(in_school$T, in_school$school, max)
C <- ifelse(side == 1, 1, -1) * share / tapply(share, side, sum)[as.character(side)]
D <- model.matrix(~ 0 + school, again); first <- which.max(C)
X <- cbind(D[, first] / C[first], D[, -first] - outer(D[, first], as.vector(C[-first] / C[first])))
half <- paste(again$school, again$sex)
out$held <- row(coef_test(lm(post - pre ~ 0 + X, again, weights = w), vcov = "CR2",
                          cluster = half, test = "Satterthwaite")[1, ])

# imputed on each side by pan, with the pupils' earlier scores and their schools' means
set.seed(1)
impute <- function(side) {
  data <- data.frame(school = as.integer(factor(side$school)), pre = side$pre, post = side$post)
  data$mean <- ave(data$pre, data$school)
  predict <- make.predictorMatrix(data); predict["post", ] <- c(-2, 1, 0, 1)
  made <- mice(data, m = 100, maxit = 1, method = c("", "", "2l.pan", ""),
               predictorMatrix = predict, paniter = 500, printFlag = FALSE)
  lapply(1:100, function(k) data.frame(T = side$T, school = side$school, complete(made, k)[-1]))}
sides <- lapply(split(lost, lost$T), impute)
pool <- function(formula) {
  each <- lapply(1:100, function(k) {
    one <- rbind(sides[[1]][[k]], sides[[2]][[k]])
    one$own <- one$pre - one$mean
    coef_test(lm(formula, one), vcov = "CR2", cluster = one$school, test = "Satterthwaite",
              coefs = "T")})
  pooled <- pool.scalar(sapply(each, `[[`, "beta"), sapply(each, `[[`, "SE")^2,
                        n = mean(sapply(each, `[[`, "df_Satt")) + 1, k = 1)
  list(b = pooled$qbar, se = sqrt(pooled$t), df = pooled$df, fmi = pooled$fmi)}
out$pan <- pool(post - pre ~ T)
out$pan_adjusted <- pool(post ~ T + mean + own)

write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "missing_sides.json")
