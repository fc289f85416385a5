# R's answers on people who were not seen again; run in this folder: Rscript missing.R
# R 4.2.2, clubSandwich 0.5.8, brglm2 0.9, mice 3.15.0 with pan 1.6, nlme 3.1-162, jsonlite.
suppressMessages({library(clubSandwich); library(jsonlite); library(brglm2); library(nlme)
                  library(mice); library(pan)})
lost <- read.csv("lost.csv")
lost$seen <- as.numeric(!is.na(lost$post))
out <- list()

# chances to be seen again, with Firth's penalty and an effect of every school
fit <- glm(seen ~ pre + sex + factor(school), binomial, lost, method = "brglmFit",
           type = "AS_mean", control = list(epsilon = 1e-12, maxit = 500))
out$chances <- unname(fitted(fit)[c(1, 30, 60, 300, 599)])
out$slopes <- unname(coef(fit)[c("pre", "sex")])

# the weighted mean gain of schools of which anybody was seen again
in_school <- lost[ave(lost$seen, lost$school, FUN = sum) > 0, ]
fit <- glm(seen ~ pre + sex + factor(school), binomial, in_school, method = "brglmFit",
           type = "AS_mean", control = list(epsilon = 1e-12, maxit = 500))
again <- in_school[in_school$seen == 1, ]
w <- mean(in_school$seen) / fitted(fit)[in_school$seen == 1]
limits <- quantile(w, c(.01, .99))
again$w <- pmin(pmax(w, limits[1]), limits[2])
test <- coef_test(lm(post - pre ~ 1, again, weights = w), vcov = "CR2", cluster = again$school,
                  test = "Satterthwaite")
out$weighted <- list(b = test$beta, se = test$SE, df = test$df_Satt, p = test$p_Satt)
# each school has its own mean gain, and counts by all its pupils: the first column is their mean
share <- prop.table(table(in_school$school)); D <- model.matrix(~ 0 + factor(again$school))
X <- cbind(1, D[, -1] - outer(D[, 1], as.vector(share[-1] / share[1])))
half <- paste(again$school, again$sex)
test <- coef_test(lm(post - pre ~ 0 + X, again, weights = w), vcov = "CR2", cluster = half,
                  test = "Satterthwaite")[1, ]
out$held <- list(b = test$beta, se = test$SE, df = test$df_Satt)
out$effective <- sum(again$w)^2 / sum(again$w^2)

# Rubin's rules
Q <- c(1.02, .91, 1.13, .98, 1.21, .88); U <- c(.041, .038, .044, .040, .043, .039)
pool <- function(...) pool.scalar(...)[c("qbar", "t", "df", "fmi")]
out$rubin <- list(Q = Q, U = U, few = pool(Q, U, n = 12, k = 1), many = pool(Q, U))

# the same two-level model by maximum likelihood: persons' and schools' covariances unstructured
long <- reshape(lost[c("school", "pre", "post")], direction = "long", varying = c("pre", "post"),
                v.names = "y", timevar = "t", times = 1:2)
long <- long[!is.na(long$y), ]; long <- long[order(long$school, long$id, long$t), ]
long$wave <- factor(long$t)
ml <- lme(y ~ wave, long, random = ~ 0 + wave | school, method = "ML",
          correlation = corSymm(form = ~ t | school / id), weights = varIdent(form = ~ 1 | wave))
out$likelihood <- list(b = unname(fixef(ml)["wave2"]))

# the same imputations by pan, with the pupils' earlier scores and their schools' means
set.seed(1)
data <- data.frame(school = as.integer(factor(lost$school)), pre = lost$pre, post = lost$post)
data$mean <- ave(data$pre, data$school)
predict <- make.predictorMatrix(data); predict["post", ] <- c(-2, 1, 0, 1)
made <- mice(data, m = 100, maxit = 1, method = c("", "", "2l.pan", ""), predictorMatrix = predict,
             paniter = 500, printFlag = FALSE)
each <- lapply(1:100, function(k) {
  one <- complete(made, k)
  coef_test(lm(post - pre ~ 1, one), vcov = "CR2", cluster = one$school, test = "Satterthwaite")})
pooled <- pool.scalar(sapply(each, `[[`, "beta"), sapply(each, `[[`, "SE")^2, n = 24, k = 1)
out$pan <- list(b = pooled$qbar, se = sqrt(pooled$t), df = pooled$df, fmi = pooled$fmi)

write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "missing.json")
