# R's answers on the SATS-36 survey (3,730 students; not in this repository): Rscript sats.R FOLDER
# FOLDER holds sats_students_wide.csv; only numbers are kept here.
suppressMessages({library(clubSandwich); library(psych); library(jsonlite)})
w <- read.csv(file.path(commandArgs(TRUE)[1], "sats_students_wide.csv"))
letters_of <- c(Affect = "A", CogComp = "C", Value = "V", Diff = "D", Interest = "I", Effort = "E")
ask <- function(fit, cluster, coef) {
  r <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = coef)
  list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)
}
anova_icc <- function(score, cluster) {
  m <- anova(lm(score ~ factor(cluster)))$"Mean Sq"; n <- as.numeric(table(cluster)); G <- length(n)
  n0 <- (sum(n) - sum(n^2) / sum(n)) / (G - 1)
  (m[1] - m[2]) / (m[1] + (n0 - 1) * m[2])
}
out <- list()
for (scale in names(letters_of)) {
  pre <- w[[paste0("Pre.", scale)]]; post <- w[[paste0("Post.", scale)]]
  l <- rbind(data.frame(y = pre, t = 0, i = w$InstructorID, s = w$CourseID),
             data.frame(y = post, t = 1, i = w$InstructorID, s = w$CourseID))
  l <- l[!is.na(l$y), ]
  items <- w[grep(paste0("^Pre\\.", letters_of[[scale]], "[0-9]+$"), names(w))]
  gain <- post - pre; k <- !is.na(gain)
  by_i <- lm(y ~ t + factor(i), l); by_s <- lm(y ~ t + factor(s), l)
  out[[scale]] <- list(
    n = nrow(l), n_linked = sum(k),
    instructor = ask(by_i, l$i, "t"),
    section = ask(by_s, l$s, "t"),
    instructor_section = ask(by_i, l$s, "t"),
    section_instructor = ask(by_s, l$i, "t"),
    pre_by_instructor = ask(lm(y ~ 1, l[l$t == 0, ]), l$i[l$t == 0], "(Intercept)"),
    gain_by_instructor = ask(lm(g ~ 1, data.frame(g = gain[k])), w$InstructorID[k], "(Intercept)"),
    n_items = ncol(items), n_complete = sum(complete.cases(items)),
    alpha_pre = suppressWarnings(alpha(na.omit(items)))$total$raw_alpha,
    icc_gain_section = anova_icc(gain[k], w$CourseID[k]),
    icc_gain_instructor = anova_icc(gain[k], w$InstructorID[k]))
}
out$versions <- list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                     psych = as.character(packageVersion("psych")))
write_json(out, "sats.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
