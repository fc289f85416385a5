# Reference values of what stands beside the effect of a staggered roll-out; run in this folder:
#   Rscript roll_outs.R
# Writes roll_outs.json. The cells are those of designs.R, by hand; variances by clubSandwich.
suppressMessages({library(clubSandwich); library(jsonlite)})
d <- read.csv("staggered.csv"); d$first_wave[is.na(d$first_wave)] <- Inf
# linear_contrast of clubSandwich 0.5.8 fails on a single row; with one row Wald's HTZ df are Satterthwaite's
line <- function(fit, cluster, target) {
  V <- vcovCR(fit, cluster = cluster, type = "CR2")
  list(b = sum(target * coef(fit)), se = sqrt(c(target %*% V %*% target)),
       df = Wald_test(fit, constraints = matrix(target, 1), vcov = V, test = "HTZ")$df_denom)
}
cells_of <- function(d, to_the_end = FALSE) {
  rows <- NULL; waves <- 1:5
  first <- tapply(d$first_wave, d$school, min)
  m <- tapply(d$y, list(d$school, d$wave), mean); n <- tapply(d$y, list(d$school, d$wave), length)
  for (g in 2:4) for (t in waves) if (t != g - 1) for (s in names(first)) {
    treated <- first[s] == g
    waiting <- if (to_the_end) is.infinite(first[s]) else first[s] > max(t, g - 1) && !treated
    a <- n[s, as.character(g - 1)]; b <- n[s, as.character(t)]
    if ((treated || waiting) && !is.na(a) && !is.na(b)) rows <- rbind(rows, data.frame(g, t, s,
      T = as.numeric(treated), d = m[s, as.character(t)] - m[s, as.character(g - 1)], w = a * b / (a + b)))
  }
  rows
}
overall <- function(rows, k) {
  rows <- rows[rows$t >= rows$g, ]; rows$u <- if (k == "school") 1 else rows$w
  rows$cell <- factor(paste(rows$g, rows$t)); cells <- levels(rows$cell)
  fit <- lm(d ~ 0 + cell + cell:T, rows, weights = u)
  cohort <- as.integer(substr(cells, 1, 1))
  size <- sapply(cells, function(i) sum(rows$u[rows$cell == i & rows$T == 1]))
  share <- sapply(seq_along(cells), function(i) mean(size[cohort == cohort[i]]) / sum(cohort == cohort[i]))
  share <- share / sum(share)
  since <- as.integer(substr(cells, 3, 3)) - cohort
  c(line(fit, rows$s, c(0 * share, share)), list(reach = sum(share * (since + 1))))
}
out <- list()
for (k in c("school", "respondent")) {
  out[[paste0("without_", k)]] <- lapply(split(unique(d$school), unique(d$school)), function(s) overall(cells_of(d[d$school != s, ]), k))
  out[[paste0("reach_", k)]] <- overall(cells_of(d), k)$reach
  out[[paste0("to_the_end_", k)]] <- overall(cells_of(d, TRUE), k)[1:3]

  # steps from one wave to the next before: cohorts compared at both, base 0
  rows <- cells_of(d); rows <- rows[rows$t < rows$g, ]; rows$u <- if (k == "school") 1 else rows$w
  rows$cell <- factor(paste(rows$g, rows$t)); cells <- levels(rows$cell)
  fit <- lm(d ~ 0 + cell + cell:T, rows, weights = u)
  size <- sapply(cells, function(i) sum(rows$u[rows$cell == i & rows$T == 1]))
  cohort <- as.integer(substr(cells, 1, 1)); since <- as.integer(substr(cells, 3, 3)) - cohort
  for (e in c(-3, -2)) {
    target <- 0 * size; own <- which(since == e)
    for (i in own) {
      target[i] <- target[i] - size[i]
      j <- which(cohort == cohort[i] & since == e + 1)
      if (length(j)) target[j] <- target[j] + size[i]
    }
    out[[paste0("step_", e, "_", k)]] <- line(fit, rows$s, c(0 * target, target / sum(size[own])))
  }
}

# people's own gains: the i-th answer of a school at a wave is its i-th person's; every seventh of the
# later ones is missing
d$i <- ave(seq_len(nrow(d)), d$school, d$wave, FUN = seq_along)
d$person <- paste(d$school, d$i)
d <- d[!(d$wave > 2 & (d$i + d$wave) %% 7 == 0), ]
gains <- function(ends = NULL) {
  rows <- NULL; first <- tapply(d$first_wave, d$school, min)
  for (g in 2:4) for (t in g:5) {
    a <- d[d$wave == g - 1, ]; b <- d[d$wave == t, ]
    a$later <- b$y[match(a$person, b$person)]
    a$T <- as.numeric(a$first_wave == g)
    a <- a[a$T == 1 | a$first_wave > t, ]
    if (!is.null(ends)) a$later <- ifelse(is.na(a$later), ifelse(a$T == 1, ends[1], ends[2]), a$later)
    a <- a[!is.na(a$later), ]
    for (s in unique(a$school)) { o <- a[a$school == s, ]
      rows <- rbind(rows, data.frame(g, t, s, T = o$T[1], d = mean(o$later - o$y), w = nrow(o))) }
  }
  rows
}
for (k in c("school", "respondent")) {
  out[[paste0("gain_", k)]] <- overall(gains(), k)[1:3]
  out[[paste0("worst_", k)]] <- overall(gains(c(-20, 20)), k)[1:3]
  out[[paste0("best_", k)]] <- overall(gains(c(20, -20)), k)[1:3]
}
lost <- c()
for (g in 2:4) for (t in g:5) { a <- d[d$wave == g - 1 & (d$first_wave == g | d$first_wave > t), ]
  lost <- c(lost, a$person[!(a$person %in% d$person[d$wave == t])]) }
out$lost <- length(unique(lost))
write(toJSON(out, auto_unbox = TRUE, digits = 12), "roll_outs.json")
