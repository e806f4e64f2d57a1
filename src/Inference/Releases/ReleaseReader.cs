using System.Text.Json;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>Reads a release's folder and collects everything that is wrong with it. What no trusted key signed is not read at all.</summary>
/// <param name="folder">The release's.</param>
/// <param name="time">Measures.</param>
/// <param name="trust">Whose signature counts; null to read without one, which is for one who is about to sign.</param>
/// <param name="withLead">False where the lead's files stayed elsewhere: the students are checked and loaded as ever, and the lead is away.</param>
internal sealed class ReleaseReader(string folder, TimeProvider time, ReleaseTrust? trust, bool withLead = true)
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The hash of the manifest, once it was read.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The loaded release, or <see langword="null"/> with <see cref="Problems"/>.</summary>
    public Release? Read()
    {
        var manifest = ReadManifest();
        if (manifest is null)
        {
            return null;
        }

        ManifestRules.Check(manifest, folder, _problems);
        var sound = FileRules.Check(folder, TierFiles.Of(manifest, withLead), _problems);
        var definition = ReadDefinition(manifest.Task, out var written);
        List<Tier> tiers = [];
        FunctionCallTask? calls = null;
        if (manifest.Kind == TaskRules.Generation)
        {
            calls = GenerationTiers.Open(folder, manifest, definition, sound, withLead, tiers, _problems);
        }

        for (var i = 0; i < manifest.Tiers.Count && calls is null; i++)
        {
            var tier = manifest.Tiers[i];
            if ((withLead || tier.Role != "lead") && sound.Contains(tier.Model) && (tier.Kind == "linear" || (tier.Kind == "encoder" && tier.Tokenizer is not null && sound.Contains(tier.Tokenizer))))
            {
                Open(manifest, tier, $"tiers[{i}]", tiers);
            }
            else if (!withLead && tier.Role == "lead")
            {
                tiers.Add(AbsentLead.Of(tier, manifest.Labels.Count));
            }
        }

        if (_problems.Count == 0)
        {
            return new(manifest, tiers[..^1], tiers[^1], definition, Examples(manifest)) { Address = Address, Calls = calls, DefinitionFile = written };
        }

        tiers.ForEach(t => t.Model.Dispose());
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
            var bytes = File.ReadAllBytes(path);
            Address = ReleaseSignature.AddressOf(bytes);
            var before = _problems.Count;
            if (trust is not null)
            {
                ReleaseSignature.Check(folder, bytes, trust, _problems);
            }

            if (_problems.Count > before)
            {
                return null;
            }

            using var document = JsonDocument.Parse(bytes);
            return JsonShape.Read<ReleaseManifest>(document.RootElement, ReleaseManifest.FileName, _problems);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{ReleaseManifest.FileName}: it cannot be read as JSON: {error.Message} Write the release again.");
            return null;
        }
    }

    /// <summary>The files that a manifest names, unchecked; none where it cannot be read.</summary>
    public static IReadOnlyList<ReleaseFile> FilesOf(byte[] manifest)
    {
        try
        {
            return JsonSerializer.Deserialize<ReleaseManifest>(manifest, JsonShape.Options)?.Files ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private TaskDefinition? ReadDefinition(string task, out byte[]? written)
    {
        var path = Path.Combine(folder, "..", "task.json");
        written = null;
        try
        {
            return File.Exists(path) ? TaskDefinition.Of(task, path, out written) : null;
        }
        catch (TaskInvalidException error)
        {
            _problems.AddRange(error.Problems);
            return null;
        }
    }

    /// <summary>The release's own solved examples, or else the task's.</summary>
    private string? Examples(ReleaseManifest manifest)
    {
        var own = manifest.Files.Any(file => file.Name == DemonstrationPool.FileName);
        var path = Path.Combine(folder, own ? "." : "..", DemonstrationPool.FileName);
        return File.Exists(path) ? path : null;
    }

    private void Open(ReleaseManifest manifest, TierManifest tier, string at, List<Tier> tiers)
    {
        try
        {
            var loaded = TierLoader.Load(folder, tier, time);
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
