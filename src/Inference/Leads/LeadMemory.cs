using System.Collections.Concurrent;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>
/// What a lead said, so that it is asked once about an input that several releases defer to it; for releases of one task whose leads say the same
/// (<see cref="IsShared"/>). Thread-safe.
/// </summary>
public sealed class LeadMemory
{
    private readonly ConcurrentDictionary<string, LeadRuling> _said = new(StringComparer.Ordinal);

    /// <summary>Whether the lead of one release of a task says what another's does: the same model, read the same way, or the same endpoint.</summary>
    public static bool IsShared(Release one, Release other) => one.Definition.Lead == other.Definition.Lead && Asked(one).Equals(Asked(other));

    internal bool TryRecall(string text, out LeadRuling ruling) => _said.TryGetValue(text, out ruling);

    internal void Remember(string text, LeadRuling ruling)
    {
        if (ruling.Vote is not null)
        {
            _said[text] = ruling;
        }
    }

    /// <summary>All that differs from release to release and an answer depends on.</summary>
    private static object Asked(Release release)
    {
        var manifest = release.Manifest;
        var definition = release.Definition; // as it was when the release was loaded
        var prompt = (string.Join('\n', manifest.Labels), definition.Instruction, definition.Schema?.ToJsonString(), definition.Plugin, Hash(DemonstrationPool.FileName));
        if (definition.Lead is { IsRemote: true })
        {
            return prompt;
        }

        var tier = manifest.Tiers.Single(tier => tier.Name == release.Lead.Name);
        var taggers = string.Join('\n', manifest.Tiers.Where(other => other.Kind == TierManifest.Tagger).Select(other => Hash(other.Model))); // they have a say in what it writes
        return (prompt, taggers, manifest.Input, tier.Kind, tier.MaxTokens, tier.Temperature, tier.Ngrams, Hash(tier.Model), Hash(tier.Tokenizer));

        string? Hash(string? file) => manifest.Files.FirstOrDefault(one => one.Name == file)?.Sha256;
    }
}
