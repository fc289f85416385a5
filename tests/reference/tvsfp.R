# R's answers on the TVSFP trial (28 schools, 135 classes; not in this repository): Rscript tvsfp.R tvsfp.csv
suppressMessages({library(clubSandwich); library(jsonlite)})
d <- read.csv(commandArgs(TRUE)[1])
anova_icc <- function(score, cluster) {
  m <- anova(lm(score ~ factor(cluster)))$"Mean Sq"; n <- as.numeric(table(cluster)); G <- length(n)
  n0 <- (sum(n) - sum(n^2) / sum(n)) / (G - 1)
  (m[1] - m[2]) / (m[1] + (n0 - 1) * m[2])
}
f <- lm(thksord ~ cc + thkspre, d)
r <- coef_test(f, vcov = "CR2", cluster = d$school, test = "Satterthwaite", coefs = "cc")
out <- list(icc_pre_school = anova_icc(d$thkspre, d$school), icc_post_school = anova_icc(d$thksord, d$school),
            icc_post_class = anova_icc(d$thksord, d$class),
            ancova_cc = list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt),
            versions = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich"))))
write_json(out, "tvsfp.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
