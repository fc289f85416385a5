# R's answers for omega, discrimination and items in two waves; run here: Rscript measurement.R FOLDER
# Made ratings of the a12 and b100 surveys; FOLDER holds sats_students_wide.csv (not in this repository).
suppressMessages({library(psych); library(MASS); library(jsonlite)})
out <- list()
wide <- read.csv("b100_wide.csv.gz")
rate <- function(y, k) {  # five ratings from 1 to 5, of a score
  z <- seq_along(y)
  pmin(5, pmax(1, round(3 + (0.5 + 0.15 * k) * y + 0.8 * sin((3 + 2 * k) * z + k))))
}
five <- function(y) as.data.frame(sapply(1:5, rate, y = y))
pre <- five(wide$pre); post <- five(wide$post)
drifting <- wide$post + 0.9                  # one item that rises by itself, one that turns round
post[[2]] <- rate(drifting, 2)
post[[4]] <- rate(-0.4 * wide$post, 4)

omega_of <- function(x) {
  sd <- apply(x, 2, sd)
  f <- factanal(x, 1, control = list(nstart = 3, opt = list(factr = 1, maxit = 1e5)))
  p <- suppressWarnings(fa(x, nfactors = 1, fm = "ml"))
  share <- function(l, u) sum(l * sd)^2 / (sum(l * sd)^2 + sum(u * sd^2))
  l <- as.numeric(f$loadings); l <- l * sign(sum(l))
  pl <- as.numeric(p$loadings); pl <- pl * sign(sum(pl))
  list(loading = l, uniqueness = as.numeric(f$uniquenesses), omega = share(l, f$uniquenesses),
       omega_psych = share(pl, p$uniquenesses), n = nrow(x))
}
out$pre <- omega_of(pre); out$post <- omega_of(post)

# share of the range between the best and the worst 27 %, people with the same sum sharing a place
discrimination <- function(x, low, high) {
  total <- rowSums(x); m <- 0.27 * nrow(x)
  member <- function(s) { w <- numeric(length(s))
    for (v in sort(unique(s), decreasing = TRUE)) { here <- s == v
      w[here] <- max(0, min(1, (m - sum(s > v)) / sum(here))) }
    w }
  colSums((member(total) - member(-total)) * x) / m / (high - low)
}
out$discrimination <- as.numeric(discrimination(pre, 1, 5))

# items in two waves: polr on the total, the wave, and both together
both <- rbind(pre, post); wave <- rep(0:1, each = nrow(pre)); total <- rowSums(both)
x <- (total - mean(total)) / sqrt(mean((total - mean(total))^2))
ask <- function(formula, d) {  # twice, so that the second run starts where the first one ends
  first <- polr(formula, d, Hess = TRUE)
  polr(formula, d, start = c(coef(first), first$zeta), Hess = TRUE,
       control = list(reltol = 1e-20, maxit = 1e4))
}
out$dif <- lapply(1:5, function(k) {
  d <- data.frame(y = factor(both[[k]]), x = x, wave = wave); n <- nrow(d)
  models <- list(y ~ x, y ~ x + wave, y ~ x * wave)
  fits <- lapply(models, ask, d); last <- fits[[3]]; share <- table(d$y) / n
  ll <- c(n * sum(share * log(share)), sapply(fits, function(f) as.numeric(logLik(f))))
  r2 <- (1 - exp(2 * (ll[1] - ll) / n)) / (1 - exp(2 * ll[1] / n))
  lr <- function(a, b) 2 * (ll[b] - ll[a])
  p <- function(a, b) pchisq(lr(a, b), b - a, lower.tail = FALSE)
  list(log_likelihood = ll, thresholds = as.numeric(last$zeta), slopes = as.numeric(coef(last)),
       std_error = as.numeric(sqrt(diag(vcov(last))))[1:3], r2 = r2,
       uniform = c(r2[3] - r2[2], lr(2, 3), p(2, 3)),
       nonuniform = c(r2[4] - r2[3], lr(3, 4), p(3, 4)),
       total = c(r2[4] - r2[2], lr(2, 4), p(2, 4)))
})

w <- read.csv(file.path(commandArgs(TRUE)[1], "sats_students_wide.csv"))
scales <- c(Affect = "A", CogComp = "C", Value = "V", Diff = "D", Interest = "I", Effort = "E")
out$sats <- lapply(scales, function(letter) {
  of <- function(wave) w[grep(paste0("^", wave, "\\.", letter, "[0-9]+$"), names(w))]
  x <- na.omit(of("Pre")); a <- suppressWarnings(alpha(x, check.keys = FALSE))
  o <- tryCatch(omega_of(x), error = function(e) list(omega = NULL))
  list(alpha = a$total$raw_alpha, r_drop = as.numeric(a$item.stats$r.drop), omega = o$omega,
       omega_psych = o$omega_psych, smallest_uniqueness = min(o$uniqueness), n = nrow(x))
})
out$versions <- list(R = R.version.string, psych = as.character(packageVersion("psych")),
                     MASS = as.character(packageVersion("MASS")))
write_json(out, "measurement.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
