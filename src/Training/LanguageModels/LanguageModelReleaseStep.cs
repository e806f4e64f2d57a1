using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;
using Understudy.Training.Taggers;

namespace Understudy.Training.LanguageModels;

/// <summary>Writes the release of a lead and its draft and makes it stable.</summary>
internal sealed class LanguageModelReleaseStep(LanguageModelRecipe recipe, TaskDefinition task, string modelsFolder, string workFolder)
{
    public const string FactsFile = "export.json";

    private const string Tokenizer = "tokenizer.json";

    public (string Folder, ReleaseManifest Release) Run(string? version, CancellationToken cancellationToken)
    {
        var taskFolder = Path.Combine(modelsFolder, task.Name);
        version ??= Enumerable.Range(1, int.MaxValue).Select(number => $"v{number}").First(name => !Directory.Exists(Path.Combine(taskFolder, name)));
        var folder = Path.Combine(taskFolder, version);
        string[] files =
        [
            Tokenizer,
            LanguageModelExport.FileName("lead", DecoderPrecision.Int8),
            LanguageModelExport.FileName("lead", DecoderPrecision.Int4),
            LanguageModelExport.FileName("draft", DecoderPrecision.Int8),
            "lead-training.png",
            "draft-training.png",
            .. recipe.Medusa is null ? Array.Empty<string>() : [LanguageModelRelease.MedusaFile, "medusa-training.png"],
            .. recipe.Tagger is null ? Array.Empty<string>() : [TaggerStep.ModelFile, "tagger-training.png"],
        ];
        var facts = JsonNode.Parse(File.ReadAllText(Existing(FactsFile, "the step 'compress'")))!.AsObject();
        if (recipe.Tagger is not null)
        {
            facts[TaggerStep.Name] = JsonNode.Parse(File.ReadAllText(Existing(TaggerStep.FactsFile)));
        }

        foreach (var file in files)
        {
            Existing(file);
        }

        var release = ReleaseWriter.Build(folder, () => Write(folder, version, files, facts));
        using var catalog = new ReleaseCatalog(modelsFolder);
        catalog.PromoteAsync(task.Name, version, cancellationToken).GetAwaiter().GetResult();
        return (folder, release);
    }

    private ReleaseManifest Write(string folder, string version, string[] files, JsonObject facts)
    {
        ReleaseWriter.Begin(folder);
        foreach (var file in files)
        {
            File.Copy(Existing(file), Path.Combine(folder, file), overwrite: true);
        }

        (recipe with { Data = null }).Save(Path.Combine(folder, "recipe.json"));
        var vocabulary = TextTokenizer.Load(Existing(Tokenizer)).VocabularySize;
        return ReleaseWriter.Write(folder, new()
        {
            Task = task.Name,
            Version = version,
            CreatedAt = DateTimeOffset.UtcNow,
            Kind = task.Kind,
            Labels = task.Labels,
            Recipe = "recipe.json",
            Seed = recipe.Seed,
            Guarantee = task.Guarantee,
            Thresholds = new(),
            Tiers = [.. recipe.Tagger is { } tagger ? [Tagger(tagger, facts)] : Array.Empty<TierManifest>(), Tier("draft", "student", recipe.Draft, vocabulary), Tier("lead", "lead", recipe.Lead, vocabulary)],
            Compression = task.Compression ?? InputCompression.None,
            LearnedCompression = task.Compression,
            Speculation = recipe.Speculation,
            Metrics = facts,
        });
    }

    /// <summary>First, as the fastest.</summary>
    private static TierManifest Tagger(TaggerTraining how, JsonObject facts) => new()
    {
        Name = TaggerStep.Name,
        Role = "student",
        Kind = TierManifest.Tagger,
        Model = TaggerStep.ModelFile,
        Tokenizer = Tokenizer,
        MaxTokens = how.MaxTokens,
        Parameters = (long)facts[TaggerStep.Name]!["int8"]!["parameters"]!,
    };

    private static TierManifest Tier(string name, string role, DecoderRecipe how, int vocabulary)
    {
        DecoderShape shape = how.Shape(vocabulary);
        return new()
        {
            Name = name,
            Role = role,
            Kind = TierManifest.Decoder,
            Model = LanguageModelExport.FileName(name, DecoderPrecision.Int8),
            Tokenizer = Tokenizer,
            MaxTokens = shape.MaxTokens,
            Parameters = shape.Parameters - (how.Tied ? (long)vocabulary * shape.Width : 0),
        };
    }

    private string Existing(string file, string steps = "the steps before 'release'")
    {
        var path = Path.Combine(workFolder, file);
        return File.Exists(path) ? path : throw new RecipeInvalidException($"There is no '{path}'. Run {steps} first.");
    }
}
