using System.Text.Json;
using System.Text.Json.Serialization;
using Understudy.Inference.Speculation;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;
using Understudy.Training.Recipes;
using Understudy.Training.Taggers;

namespace Understudy.Training.LanguageModels;

/// <summary>
/// Everything that makes a lead language model and its draft from running text, function calls and records of texts with their answers, in one
/// file. Files are relative to <see cref="Data"/>.
/// </summary>
public sealed record LanguageModelRecipe
{
    /// <summary>What <see cref="Kind"/> says in such a file.</summary>
    public const string KindName = "language-model";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };

    public required string Task { get; init; }

    public string Kind { get; init; } = KindName;

    /// <summary>The folder with the files below; null for the one that <c>UNDERSTUDY_DATA</c> names, else <c>shared/data</c> at or above the current folder.</summary>
    public string? Data { get; init; }

    public int Seed { get; init; } = 17;

    /// <summary>Tokens of the vocabulary that both models share.</summary>
    public int Vocabulary { get; init; } = 6144;

    /// <summary>How often the requests and their answers count when the vocabulary is made, against running text.</summary>
    public int CallWeight { get; init; } = 2;

    /// <summary>Running text to learn from.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];

    /// <summary>Running text to measure on.</summary>
    public IReadOnlyList<string> DevText { get; init; } = [];

    /// <summary>Requests with intent and BIO tags to learn from; null for none.</summary>
    public string? Calls { get; init; }

    /// <summary>Requests to measure on; as many files as of <see cref="Calls"/>.</summary>
    public string? DevCalls { get; init; }

    /// <summary>Files of records with <c>text</c> and <c>completion</c>, perhaps a <c>rationale</c>, to learn from, beside <see cref="Calls"/> or instead of them.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>Such files to measure on; none to hold a tenth of <see cref="Records"/> back.</summary>
    public IReadOnlyList<string> DevRecords { get; init; } = [];

    /// <summary>Such files to report on at the end; nothing is chosen by them.</summary>
    public IReadOnlyList<string> TestRecords { get; init; } = [];

    /// <summary>What is learned of a record: <c>answers</c>, or <c>rationales</c>, several of one text as so many records; those that do not end in their answer are left out.</summary>
    public RecordTeaching Teaching { get; init; }

    /// <summary>Requests to report on at the end; nothing is chosen by them.</summary>
    public string? TestCalls { get; init; }

    /// <summary>Running text to report on at the end.</summary>
    public IReadOnlyList<string> TestText { get; init; } = [];

    /// <summary>A folder with <c>words.txt</c> and <c>vectors.f16.bin</c> that the embeddings of whole words start from; null for a random start.</summary>
    public string? WordVectors { get; init; }

    public required DecoderRecipe Lead { get; init; }

    public required DecoderRecipe Draft { get; init; }

    /// <summary>How the trained draft is taught on by the lead, on the requests: by <c>forward-kl</c>, <c>reverse-kl</c> or <c>rows</c>; null for not at all.</summary>
    public DecoderTeaching? Refinement { get; init; }

    /// <summary>Heads on the trained lead that guess further ahead; null for none.</summary>
    public MedusaTraining? Medusa { get; init; }

    /// <summary>A small tagger of requests that goes ahead of the lead on function calls; null for none.</summary>
    public TaggerTraining? Tagger { get; init; }

    /// <summary>What goes ahead of the lead when it serves, as a manifest says it (<see cref="SpeculationNames"/>).</summary>
    public string Speculation { get; init; } = SpeculationNames.All;

    /// <summary>Whether a recipe file is of this kind.</summary>
    /// <exception cref="RecipeInvalidException">The file cannot be read.</exception>
    public static bool IsOne(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && kind.GetString() == KindName;
        }
        catch (JsonException error)
        {
            throw new RecipeInvalidException($"'{path}' is no recipe: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeInvalidException($"The recipe '{path}' cannot be read: {error.Message}");
        }
    }

    /// <exception cref="RecipeInvalidException">The file cannot be read; the message says where.</exception>
    public static LanguageModelRecipe Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LanguageModelRecipe>(File.ReadAllBytes(path), Json) ?? throw new RecipeInvalidException($"'{path}' is empty; a recipe is a JSON object.");
        }
        catch (JsonException error)
        {
            throw new RecipeInvalidException($"'{path}' is no recipe for language models: {error.Message} Correct the field, or remove it if there is none of that name.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeInvalidException($"The recipe '{path}' cannot be read: {error.Message}");
        }
    }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
