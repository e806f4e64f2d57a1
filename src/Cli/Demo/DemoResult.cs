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
        IReadOnlyList<string> tiers, IReadOnlyList<TestMail> mails, IReadOnlyList<MailAnswer> answers, LeadAlone lead, BatchReport batch, TimeSpan took)
    {
        var truth = mails.ToDictionary(mail => mail.Id, mail => mail.Label);
        var pairs = answers.Select(answer => (truth[answer.Id], answer.Label)).ToList();
        var report = new DemoReport(
            answers.Count,
            Round(LabelScores.Accuracy(pairs)),
            Round(LabelScores.Accuracy([.. mails.Zip(lead.Labels, (mail, label) => (mail.Label, label))])),
            Round(LabelScores.MacroF1(pairs)),
            Round((double)answers.Count(answer => answer.Receipt.AnsweredBy != tiers[^1]) / Math.Max(1, answers.Count)),
            Round(answers.Sum(answer => answer.Receipt.ModelMilliseconds) / lead.ModelMilliseconds),
            batch,
            Math.Round(took.TotalSeconds, 1));
        var last = tiers.Select(tier => answers.LastOrDefault(answer => answer.Receipt.AnsweredBy == tier)).OfType<MailAnswer>();
        return new(
            report,
            [.. tiers.Select(tier => TierAccount.Of(tier, answers, truth))],
            lead.ModelMilliseconds / mails.Count,
            [.. last.Concat(answers).DistinctBy(answer => answer.Id).Take(ReceiptsShown).Select(answer => (answer, truth[answer.Id]))]);
    }

    private static double Round(double value) => Math.Round(value, 4);
}
