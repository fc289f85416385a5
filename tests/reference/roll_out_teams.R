# R's answers for a roll-out whose teams serve several schools; run in this folder: Rscript roll_out_teams.R
suppressMessages({library(clubSandwich); library(jsonlite)})

# linear_contrast of clubSandwich 0.5.8 fails on a single row; with one row Wald's HTZ df are Satterthwaite's
contrast <- function(fit, cluster, weights) {
  V <- vcovCR(fit, cluster = cluster, type = "CR2"); b <- sum(weights * coef(fit))
  se <- sqrt(c(weights %*% V %*% weights))
  df <- Wald_test(fit, constraints = matrix(weights, 1), vcov = V, test = "HTZ")$df_denom
  list(b = b, se = se, df = df, p = 2 * pt(-abs(b / se), df))
}
d <- read.csv("staggered.csv"); d$first_wave[is.na(d$first_wave)] <- Inf
schools <- sort(unique(d$school)); first <- tapply(d$first_wave, d$school, min)[schools]
mean_of <- function(s, t) mean(d$y[d$school == s & d$wave == t])
n_of <- function(s, t) sum(d$school == s & d$wave == t)
rows <- NULL
for (g in 2:4) for (t in 1:5) if (t != g - 1) for (i in seq_along(schools)) {
  s <- schools[i]; treated <- first[s] == g; waiting <- first[s] > max(t, g - 1) && !treated
  if ((treated || waiting) && n_of(s, t) > 0 && n_of(s, g - 1) > 0) {
    a <- n_of(s, t); b <- n_of(s, g - 1)
    rows <- rbind(rows, data.frame(g, t, i = i - 1, T = as.numeric(treated), d = mean_of(s, t) - mean_of(s, g - 1), w = a * b / (a + b)))
  }
}
rows$cell <- factor(paste(rows$g, rows$t))
cells <- levels(rows$cell); cohort <- as.integer(substr(cells, 1, 1)); wave <- as.integer(substr(cells, 3, 3))
out <- list()
for (k in c("school", "respondent")) for (teams in c("pairs", "mixed")) {
  rows$u <- if (k == "school") 1 else rows$w
  team <- if (teams == "pairs") rows$i %/% 2 else rows$i %% 7
  fit <- lm(d ~ 0 + cell + cell:T, rows, weights = u)
  size <- sapply(cells, function(i) sum(rows$u[rows$cell == i & rows$T == 1]))
  share <- rep(0, length(cells))
  for (g in 2:4) { own <- cohort == g & wave >= g; share[own] <- mean(size[own]) / sum(own) }
  zero <- rep(0, length(cells)); at <- (wave - cohort == -2) * size
  out[[paste(k, teams, sep = "_")]] <- list(overall = contrast(fit, team, c(zero, share / sum(share))), before = contrast(fit, team, c(zero, at / sum(at))))
}
write_json(out, "roll_out_teams.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
