using System.Text.Json;
using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Releases;

/// <summary>Reads a release's folder and collects everything that is wrong with it.</summary>
internal sealed class ReleaseReader(string folder, BatchingOptions batching, TimeProvider time)
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The loaded release, or <see langword="null"/> with <see cref="Problems"/>.</summary>
    public Release? Read()
    {
        var manifest = ReadManifest();
        if (manifest is null)
        {
            return null;
        }

        ManifestRules.Check(manifest, folder, _problems);
        var sound = FileRules.Check(folder, manifest.Files, _problems);
        List<Tier> tiers = [];
        for (var i = 0; i < manifest.Tiers.Count; i++)
        {
            var tier = manifest.Tiers[i];
            if (sound.Contains(tier.Model) && (tier.Kind == "linear" || (tier.Kind == "encoder" && tier.Tokenizer is not null && sound.Contains(tier.Tokenizer))))
            {
                Open(manifest, tier, $"tiers[{i}]", tiers);
            }
        }

        if (_problems.Count == 0)
        {
            return new(manifest, tiers[..^1], tiers[^1]);
        }

        tiers.ForEach(t => t.Classifier.Dispose());
        return null;
    }

    /// <summary>The manifest alone, with whatever is wrong with its form in <see cref="Problems"/>.</summary>
    public ReleaseManifest? ReadManifest()
    {
        var path = Path.Combine(folder, ReleaseManifest.FileName);
        if (!File.Exists(path))
        {
            _problems.Add($"{ReleaseManifest.FileName}: there is none in '{folder}'. It is written last: the release was not finished, or the path is wrong.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return JsonShape.Read<ReleaseManifest>(document.RootElement, ReleaseManifest.FileName, _problems);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{ReleaseManifest.FileName}: it cannot be read as JSON: {error.Message} Write the release again.");
            return null;
        }
    }

    private void Open(ReleaseManifest manifest, TierManifest tier, string at, List<Tier> tiers)
    {
        try
        {
            var loaded = TierLoader.Load(folder, tier, batching, time);
            tiers.Add(loaded);
            if (loaded.Classifier.LabelCount != manifest.Labels.Count)
            {
                _problems.Add($"{tier.Model}: the model of {at} has {loaded.Classifier.LabelCount} labels, the manifest {manifest.Labels.Count}. Use the model that was trained for these labels.");
            }
        }
        catch (ModelInvalidException error)
        {
            _problems.Add($"{tier.Model}: {at} cannot be loaded: {error.Message}");
        }
    }
}
