using Understudy.Cli.Evaluation;
using Understudy.Inference.Evaluation;

namespace Understudy.Cli.Demo;

/// <summary>All that the demo measured: the report, and what only people look at.</summary>
/// <param name="Report">The numbers.</param>
/// <param name="Tiers">In the cascade's order.</param>
/// <param name="LeadMillisecondsPerMail">Of the lead alone.</param>
/// <param name="Receipts">One answer of each tier as far as there are, three in all.</param>
internal sealed record DemoResult(
    DemoReport Report, IReadOnlyList<TierAccount> Tiers, double LeadMillisecondsPerMail, IReadOnlyList<(MailAnswer Answer, string Truth)> Receipts)
{
    private const int ReceiptsShown = 3;

    public static DemoResult Of(
        IReadOnlyList<TestMail> mails,
        IReadOnlyList<MailAnswer> answers,
        EvaluationReport evaluation,
        BatchReport batch,
        RetrainReport retrained,
        EdgeReport edge,
        TimeSpan took)
    {
        var truth = mails.ToDictionary(mail => mail.Id, mail => mail.Label);
        List<string> truths = [.. answers.Select(answer => truth[answer.Id])], labels = [.. answers.Select(answer => answer.Label)];
        var tiers = evaluation.Tiers;
        var report = new DemoReport(
            answers.Count,
            Round(ClassificationScores.Accuracy(truths, labels)),
            Round(evaluation.LeadAccuracy),
            Round(ClassificationScores.MacroF1(truths, labels)),
            Round((double)answers.Count(answer => answer.Receipt.AnsweredBy != tiers[^1].Name) / Math.Max(1, answers.Count)),
            Round(evaluation.CostRatio),
            batch,
            retrained,
            edge,
            Math.Round(took.TotalSeconds, 1));
        var last = tiers.Select(tier => answers.LastOrDefault(answer => answer.Receipt.AnsweredBy == tier.Name)).OfType<MailAnswer>();
        return new(
            report,
            [.. tiers.Select(tier => TierAccount.Of(tier, answers, truth))],
            tiers[^1].MsPerItem,
            [.. last.Concat(answers).DistinctBy(answer => answer.Id).Take(ReceiptsShown).Select(answer => (answer, truth[answer.Id]))]);
    }

    private static double Round(double value) => Math.Round(value, 4);
}
