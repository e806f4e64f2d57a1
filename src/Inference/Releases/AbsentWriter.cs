using Understudy.Inference.Cascades;
using Understudy.Inference.Decoding;
using Understudy.Inference.Leads;

namespace Understudy.Inference.Releases;

/// <summary>Stands where the lead of a generation task stayed elsewhere: whoever asks it hears that it is away.</summary>
/// <param name="owned">What the students share; disposed with it.</param>
internal sealed class AbsentWriter(string name, IDisposable owned) : ITextWriter, IAbsentLead
{
    public string Name => name;

    public static Tier Of(TierManifest tier, IDisposable owned) => new(tier.Name, new AbsentWriter(tier.Name, owned), tier.Temperature, 0, tier.MillisecondsPerItem);

    /// <exception cref="LeadAwayException">Always.</exception>
    public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken) => throw AbsentLead.Away();

    public void Dispose() => owned.Dispose();
}
