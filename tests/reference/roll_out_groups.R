# R's answers for two groups of people in a roll-out; run in this folder: Rscript roll_out_groups.R
suppressMessages({library(clubSandwich); library(jsonlite)})

# linear_contrast of clubSandwich 0.5.8 fails on a single row; with one row Wald's HTZ df are Satterthwaite's
contrast <- function(fit, cluster, weights) {
  V <- vcovCR(fit, cluster = cluster, type = "CR2"); b <- sum(weights * coef(fit))
  se <- sqrt(c(weights %*% V %*% weights))
  df <- Wald_test(fit, constraints = matrix(weights, 1), vcov = V, test = "HTZ")$df_denom
  list(b = b, se = se, df = df, p = 2 * pt(-abs(b / se), df))
}
d <- read.csv("staggered.csv"); d$first_wave[is.na(d$first_wave)] <- Inf
d$group <- as.numeric((seq_len(nrow(d)) - 1) %% 3 == 0)
schools <- sort(unique(d$school)); first <- tapply(d$first_wave, d$school, min)[schools]
of <- function(s, t, q) d$y[d$school == s & d$wave == t & d$group == q]
rows <- NULL
for (q in 1:0) for (g in 2:4) for (t in g:5) for (s in schools) {
  treated <- first[s] == g; waiting <- first[s] > t && !treated
  now <- of(s, t, q); base <- of(s, g - 1, q)
  if ((treated || waiting) && length(now) > 0 && length(base) > 0)
    rows <- rbind(rows, data.frame(q, g, t, s, T = as.numeric(treated), d = mean(now) - mean(base), w = length(now) * length(base) / (length(now) + length(base))))
}
able <- function(q, g, t) { own <- rows$q == q & rows$g == g & rows$t == t; sum(rows$T[own]) >= 2 && sum(1 - rows$T[own]) >= 2 }
rows <- rows[mapply(function(g, t) able(1, g, t) && able(0, g, t), rows$g, rows$t), ]
rows$cell <- factor(paste(rows$q, rows$g, rows$t)); cells <- levels(rows$cell)
part <- do.call(rbind, lapply(strsplit(cells, " "), as.integer))
out <- list(cells = nrow(unique(part[, 2:3])))
for (k in c("school", "respondent")) for (teams in c("none", "mixed")) {
  rows$u <- if (k == "school") 1 else rows$w
  cluster <- if (teams == "none") rows$s else as.integer(substr(rows$s, 2, 3)) %% 7
  fit <- lm(d ~ 0 + cell + cell:T, rows, weights = u)
  size <- sapply(cells, function(i) sum(rows$u[rows$cell == i & rows$T == 1]))
  share <- rep(0, length(cells))
  for (q in 1:0) {
    mine <- part[, 1] == q; total <- 0
    for (g in unique(part[mine, 2])) total <- total + mean(size[mine & part[, 2] == g])
    for (g in unique(part[mine, 2])) { own <- mine & part[, 2] == g; share[own] <- (2 * q - 1) * mean(size[own]) / sum(own) / total }
  }
  out[[paste(k, teams, sep = "_")]] <- contrast(fit, cluster, c(rep(0, length(cells)), share))
}
write_json(out, "roll_out_groups.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
