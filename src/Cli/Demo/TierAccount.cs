namespace Understudy.Cli.Demo;

/// <summary>What one tier did in this run.</summary>
/// <param name="Tier">Its name.</param>
/// <param name="Asked">Mails that it read.</param>
/// <param name="Answered">Mails whose answer is its own.</param>
/// <param name="Accuracy">Over those that it answered.</param>
/// <param name="MillisecondsPerMail">Its mean model time over those that it read.</param>
internal sealed record TierAccount(string Tier, int Asked, int Answered, double Accuracy, double MillisecondsPerMail)
{
    public static TierAccount Of(string tier, IReadOnlyList<MailAnswer> answers, IReadOnlyDictionary<string, string> truth)
    {
        var votes = answers.SelectMany(answer => answer.Receipt.Tiers).Where(vote => vote.Tier == tier).ToList();
        var own = answers.Where(answer => answer.Receipt.AnsweredBy == tier).Select(answer => (truth[answer.Id], answer.Label)).ToList();
        return new(tier, votes.Count, own.Count, LabelScores.Accuracy(own), votes.Count == 0 ? 0 : votes.Average(vote => vote.Milliseconds));
    }
}
