using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Verifier.LanguageModels;

/// <summary>
/// Finds what there is to serve: the stable release of every task of kind <c>generation</c>, under the task's name (the lead), and of the
/// first such task the lead and its draft as <c>lead</c> and <c>draft</c>; then the files that the configuration names.
/// </summary>
internal sealed class ModelSources(VerifierSettings settings, IOptions<ServeOptions> served)
{
    public const string Lead = "lead", Draft = "draft";

    /// <param name="problems">What was found and cannot be served.</param>
    public IReadOnlyList<ModelSource> Find(List<string> problems)
    {
        var sources = new List<ModelSource>();
        using var catalog = new ReleaseCatalog(settings.ModelsFolder);
        foreach (var folder in Directory.EnumerateDirectories(settings.ModelsFolder).Order(StringComparer.Ordinal).Where(folder => File.Exists(Path.Combine(folder, "task.json"))))
        {
            AddRelease(catalog, Path.GetFileName(folder), sources, problems);
        }

        foreach (var (name, model) in served.Value.OrderBy(model => model.Key, StringComparer.Ordinal))
        {
            sources.RemoveAll(source => source.Names.SequenceEqual([name])); // what the configuration says comes first
            sources.Add(new([name], model.Path, model.Draft.Length > 0 ? model.Draft : null));
        }

        return sources;
    }

    private static void AddRelease(ReleaseCatalog catalog, string task, List<ModelSource> sources, List<string> problems)
    {
        try
        {
            if (catalog.Task(task).Kind != "generation" || catalog.Channel(task, "stable") is null)
            {
                return;
            }

            var release = LanguageModelRelease.Open(catalog, task);
            var first = !sources.Any(source => source.Names.Contains(Lead));
            sources.Add(new(first ? [task, Lead] : [task], release.Lead, release.Draft, release.File(LanguageModelRelease.MedusaFile), release.Tagger));
            if (first && release.Draft is { } draft)
            {
                sources.Add(new([Draft], draft, null));
            }
        }
        catch (Exception error) when (error is TaskInvalidException or ReleaseInvalidException or ReleaseNotFoundException)
        {
            problems.Add($"{task}: {error.Message}");
        }
    }
}
