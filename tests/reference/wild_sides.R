# R's answers on two effects of two sides by the wild cluster bootstrap, the null imposed, all
# patterns of signs gone through; run in this folder: Rscript wild_sides.R
# R 4.2.2, clubSandwich 0.5.8, jsonlite.
suppressMessages({library(clubSandwich); library(jsonlite)})
lost <- read.csv("lost.csv")
lost <- lost[lost$school %in% sprintf("s%02d", 1:8), ]
long <- rbind(data.frame(lost["school"], wave = 0, y = lost$pre),
              data.frame(lost["school"], wave = 1, y = lost$complete))
long$T <- as.numeric(long$school %in% sprintf("s%02d", c(1, 3, 4, 7)))
long$x <- long$wave * long$T
long$far <- abs(long$y - 5)
schools <- unique(long$school)
t_of <- function(y) {
  fit <- lm(y ~ x + wave + factor(long$school), data.frame(y = y, x = long$x, wave = long$wave))
  coef(fit)["x"] / sqrt(vcovCR(fit, long$school, type = "CR1")["x", "x"])}
patterns <- as.matrix(expand.grid(rep(list(c(-1, 1)), 8)))
both <- sapply(list(long$y, long$far), function(y) {
  null <- lm(y ~ long$wave + factor(long$school))
  drawn <- apply(patterns, 1, function(v)
    t_of(fitted(null) + resid(null) * v[match(long$school, schools)]))
  c(t_of(y), drawn)})
own <- abs(both[1, ]); drawn <- abs(both[-1, ])
p <- sapply(1:2, function(k) mean(drawn[, k] >= own[k] * (1 - 1e-9)))
first <- which.max(own); other <- 3 - first
adjusted <- numeric(2)
adjusted[first] <- mean(apply(drawn, 1, max) >= own[first] * (1 - 1e-9))
adjusted[other] <- max(adjusted[first], p[other])
write(toJSON(list(t = own, p = p, adjusted = adjusted,
                  holm = p.adjust(c(.01, .04, .03), "holm", n = 4)),
             digits = NA, auto_unbox = TRUE, pretty = TRUE), "wild_sides.json")
