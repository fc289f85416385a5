# Errors by leaving out one cluster, which clubSandwich calls CR3; run in this folder: Rscript jackknife.R
suppressMessages({library(clubSandwich); library(jsonlite)})
d <- read.csv("a12_wide.csv")
d$capped <- pmin(d$post, median(d$post))
d$w <- 1 + (seq_len(nrow(d)) %% 5) / 4
d$half <- as.integer(as.integer(factor(d$school)) > 7)
ask <- function(fit) {
  G <- length(unique(d$school))
  v <- vcovCR(fit, cluster = d$school, type = "CR3")
  list(b = coef(fit)[["treat"]], se = sqrt((G - 1) / G * v["treat", "treat"]))
}
out <- list(
  plain = ask(lm(capped ~ treat + pre, d)),
  weighted = ask(lm(capped ~ treat + pre, d, weights = w)),
  strata = ask(lm(capped ~ treat + pre + half, d)),
  versions = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich"))))
write_json(out, "jackknife.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
