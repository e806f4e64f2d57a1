namespace Understudy.Inference.Releases;

/// <summary>The files that tiers are loaded from.</summary>
internal static class TierFiles
{
    /// <summary>In the manifest's order. With the lead that is every file, because its extras are not told apart.</summary>
    public static IReadOnlyList<ReleaseFile> Of(ReleaseManifest manifest, bool withLead)
    {
        if (withLead)
        {
            return manifest.Files;
        }

        var names = manifest.Tiers.Where(tier => tier.Role != "lead").SelectMany(tier => new[] { tier.Model, tier.Tokenizer }).ToHashSet();
        return [.. manifest.Files.Where(file => names.Contains(file.Name))];
    }
}
