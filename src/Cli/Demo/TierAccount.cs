using Understudy.Cli.Evaluation;
using Understudy.Inference.Evaluation;

namespace Understudy.Cli.Demo;

/// <summary>What one tier did in this run.</summary>
/// <param name="Tier">Its name.</param>
/// <param name="Asked">Mails that it read.</param>
/// <param name="Answered">Mails whose answer is its own.</param>
/// <param name="Accuracy">Over those that it answered.</param>
/// <param name="MillisecondsPerMail">Its mean model time over those that it read, measured afterwards, when nothing else ran.</param>
internal sealed record TierAccount(string Tier, int Asked, int Answered, double Accuracy, double MillisecondsPerMail)
{
    public static TierAccount Of(TierResult tier, IReadOnlyList<MailAnswer> answers, IReadOnlyDictionary<string, string> truth)
    {
        var asked = answers.Count(answer => answer.Receipt.Tiers.Any(vote => vote.Tier == tier.Name));
        var own = answers.Where(answer => answer.Receipt.AnsweredBy == tier.Name).ToList();
        var accuracy = ClassificationScores.Accuracy([.. own.Select(answer => truth[answer.Id])], [.. own.Select(answer => answer.Label)]);
        return new(tier.Name, asked, own.Count, accuracy, tier.MsPerItem);
    }
}
