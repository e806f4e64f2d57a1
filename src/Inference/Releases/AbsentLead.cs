using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Leads;

namespace Understudy.Inference.Releases;

/// <summary>Stands where a release's lead stayed elsewhere: whoever asks it hears that it is away.</summary>
internal sealed class AbsentLead(string name, int labels) : ITextClassifier, IAbsentLead
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    public string Name => name;

    public int LabelCount => labels;

    public static Tier Of(TierManifest tier, int labels) => new(tier.Name, new AbsentLead(tier.Name, labels), tier.Temperature, 0, tier.MillisecondsPerItem);

    /// <exception cref="LeadAwayException">Always.</exception>
    public void Score(IReadOnlyList<string> texts, Span<float> logits) => throw Away();

    public void Dispose()
    {
    }

    public static LeadAwayException Away() => new("The lead is in the cloud and cannot be asked from here.", RetryAfter);
}
