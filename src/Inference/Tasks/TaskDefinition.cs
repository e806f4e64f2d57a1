using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Understudy.Inference.Budgets;
using Understudy.Inference.Quality;

namespace Understudy.Inference.Tasks;

/// <summary>A named job: what is read, which labels there are, how it is measured. Stands in <c>models/{task}/task.json</c>.</summary>
public sealed record TaskDefinition
{
    internal const string Degrade = "degrade", Wait = "wait";

    /// <summary>Lower-case letters, digits and hyphens, at most 64; the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary><c>classification</c>, or <c>generation</c>: a language model writes a text, such as a function call.</summary>
    public required string Kind { get; init; }

    /// <summary>At least two, all different: what an input may be, or the intents that a call may name; none for a task whose answers name no intent. A label's index is its position here.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The job in a sentence or two, as one would tell a person.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>
    /// <c>accuracy</c> or <c>macro-f1</c>, by which training chooses among the ways to compress a model; <c>exact-match</c> for generation. Thresholds and
    /// retrainings go by single answers, whatever stands here.
    /// </summary>
    public string Metric { get; init; } = "accuracy";

    /// <summary><c>text</c>, or <c>mail</c> for raw RFC 822 messages that are rendered to text first.</summary>
    public string Input { get; init; } = "text";

    /// <summary>For generation: a JSON schema that every answer satisfies (<see cref="Grammars.TokenGrammar"/> says which words it may use); null for any text.</summary>
    public JsonObject? Schema { get; init; }

    public Guarantee Guarantee { get; init; } = new(0.01, 0.05);

    /// <summary>Where the lead is; null for the release's own, in process.</summary>
    public LeadDefinition? Lead { get; init; }

    /// <summary>
    /// How inputs are shortened before any model reads them, where the release does not say: <c>head:N</c> or <c>ratio:R</c>
    /// (<see cref="Pipelines.InputCompression"/>); null for not at all. Training reads texts so as well, and its release says so; tagged calls cannot be shortened, and are refused. Thresholds of a release that
    /// was made without it do not hold with it: calibrate anew, on labelled records.
    /// </summary>
    public string? Compression { get; init; }

    /// <summary>What the lead may cost in a day; null for no limit.</summary>
    public TaskBudget? Budget { get; init; }

    /// <summary>How many of the students' answers go to the lead as well; null for none.</summary>
    public TaskAudit? Audit { get; init; }

    /// <summary>
    /// What a lead's prompt says of the student: <c>supercontext</c> its label and confidence (arXiv 2312.15918), <c>supericl</c> those and solved
    /// examples with what it makes of them (arXiv 2305.08848); null for nothing.
    /// </summary>
    public string? Plugin { get; init; }

    /// <summary><c>degrade</c>: the best student answers. <c>wait</c>: a durable run waits, and a direct request is told to come again.</summary>
    public string WhenLeadIsAway { get; init; } = Degrade;

    /// <summary>What becomes of the lead's answers.</summary>
    public LessonPolicy Lessons { get; init; } = new();

    /// <summary>Which students learn from them, and for how long.</summary>
    public RetrainingPolicy Retraining { get; init; } = new();

    /// <summary>Whether a run waits for a lead that is away.</summary>
    [JsonIgnore]
    public bool WaitsForLead => WhenLeadIsAway == Wait;

    /// <summary>Reads and checks a <c>task.json</c>.</summary>
    /// <exception cref="TaskInvalidException">The file cannot be read, or says something that cannot be; all its problems are listed.</exception>
    public static TaskDefinition Load(string path) => Load(path, out _);

    private static TaskDefinition Load(string path, out byte[] written)
    {
        List<string> problems = [];
        TaskDefinition? task = null;
        written = [];
        try
        {
            written = File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(written);
            task = JsonShape.Read<TaskDefinition>(document.RootElement, Path.GetFileName(path), problems);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Path.GetFileName(path)}: {error.Message} Write a JSON object with name, kind and labels.");
        }

        problems.AddRange(task?.Validate() ?? []);
        return problems.Count == 0 ? task! : throw new TaskInvalidException(path, problems);
    }

    /// <summary>Reads and checks the <c>task.json</c> of a task by name.</summary>
    /// <exception cref="TaskInvalidException">The same, or it is another task's.</exception>
    public static TaskDefinition Of(string task, string path) => Of(task, path, out _);

    /// <param name="written">The file's content, of the same moment.</param>
    internal static TaskDefinition Of(string task, string path, out byte[] written)
    {
        var definition = Load(path, out written);
        return definition.Name == task ? definition : throw new TaskInvalidException(
            path, [$"task.json: name is '{definition.Name}', but the folder is '{task}'. Make them the same."]);
    }

    /// <summary>Every problem at once, each naming the field, its limit and the remedy; empty when all is well.</summary>
    public IReadOnlyList<string> Validate() => TaskRules.Problems(this);
}
