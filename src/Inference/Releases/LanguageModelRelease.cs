using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>Where the files of a generation task's release are. The models are not opened here.</summary>
public sealed record LanguageModelRelease
{
    /// <summary>The name of the file with the lead's Medusa heads, where a release has them.</summary>
    public const string MedusaFile = "medusa.int8.onnx";

    private readonly string _folder;

    private LanguageModelRelease(ReleaseManifest manifest, string folder) => (Manifest, _folder) = (manifest, folder);

    public ReleaseManifest Manifest { get; }

    /// <summary>The lead as it serves, in int8.</summary>
    public string Lead => Path.Combine(_folder, Manifest.Tiers[^1].Model);

    /// <summary>The draft that shares the lead's vocabulary; null when the release has none.</summary>
    public string? Draft => Student(TierManifest.Decoder);

    /// <summary>The tagger of function calls; null when the release has none.</summary>
    public string? Tagger => Student(TierManifest.Tagger);

    public string Tokenizer => Path.Combine(_folder, Manifest.Tiers[^1].Tokenizer!);

    private string? Student(string kind) => Manifest.Tiers.FirstOrDefault(tier => tier.Role == "student" && tier.Kind == kind) is { } tier ? Path.Combine(_folder, tier.Model) : null;

    /// <summary>Another file of the release, by name; null when it has none of that name.</summary>
    public string? File(string name) => Manifest.Files.Any(file => file.Name == name) ? Path.Combine(_folder, name) : null;

    /// <param name="version">Or null for the one that the stable channel points to.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release, or none is stable.</exception>
    /// <exception cref="ReleaseInvalidException">It is of another kind, or damaged.</exception>
    public static LanguageModelRelease Open(ReleaseCatalog catalog, string task, string? version = null)
    {
        version ??= catalog.Channel(task, "stable")
            ?? throw new ReleaseNotFoundException($"Task '{task}' has no stable release. Promote one of its releases, or name a version.");
        var folder = catalog.FolderOf(task, version);
        if (!ManifestRules.IsVersion(version) || !System.IO.File.Exists(Path.Combine(folder, ReleaseManifest.FileName)))
        {
            throw new ReleaseNotFoundException($"Task '{task}' has no release '{version}'. List its releases to see which there are.");
        }

        var reader = new ReleaseReader(folder, TimeProvider.System, catalog.Keys.Trust);
        List<string> problems = [];
        var manifest = reader.ReadManifest();
        if (manifest is not null)
        {
            ManifestRules.Check(manifest, folder, problems);
            FileRules.Check(folder, manifest.Files, problems);
            if (manifest.Kind != TaskRules.Generation)
            {
                problems.Add($"{ReleaseManifest.FileName}: kind is '{manifest.Kind}', which has no language model. Name a task of kind '{TaskRules.Generation}'.");
            }
        }

        problems.AddRange(reader.Problems);
        return problems.Count == 0 ? new(manifest!, folder) : throw new ReleaseInvalidException(folder, problems);
    }
}
