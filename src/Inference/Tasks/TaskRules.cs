using System.Text.Json;
using System.Text.RegularExpressions;
using Understudy.Inference.Budgets;
using Understudy.Inference.Grammars;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;

namespace Understudy.Inference.Tasks;

/// <summary>What a task definition, and the parts of it that a release repeats, must satisfy.</summary>
internal static partial class TaskRules
{
    private const int MaxLabels = 1000;
    public const string Classification = "classification";

    /// <summary>A language model writes the answer; the labels, where there are any, are the intents that it may name.</summary>
    public const string Generation = "generation";

    public static readonly string[] Kinds = [Classification, Generation];

    public static IReadOnlyList<string> Problems(TaskDefinition task)
    {
        List<string> problems = [];
        if (!Name().IsMatch(task.Name))
        {
            problems.Add($"task.json: name '{task.Name}' must be 1 to 64 lower-case letters, digits or hyphens, and start with a letter or digit. Rename the task and its folder.");
        }

        Labels("task.json", task.Labels, task.Kind == Generation, problems);
        OneOf("task.json", "kind", task.Kind, Kinds, problems);
        OneOf("task.json", "metric", task.Metric, task.Kind == Generation ? ["exact-match"] : ["accuracy", "macro-f1"], problems);
        OneOf("task.json", "input", task.Input, task.Kind == Generation ? ["text"] : ["text", "mail"], problems);
        Guarantee("task.json", task.Guarantee, problems);
        Schema(task, problems);
        LeadRules.Check(task, problems);
        Compression("task.json", task.Compression, problems);
        BudgetRules.Check(task, problems);
        AuditRules.Check(task, problems);
        LessonRules.Check(task, problems);
        Retraining(task.Retraining, problems);
        return problems;
    }

    private static void Retraining(RetrainingPolicy policy, List<string> problems)
    {
        if (policy.Passes is < 1 or > 100)
        {
            problems.Add($"task.json: retraining.passes is {policy.Passes}; it must be 1 to 100.");
        }

        if (policy.Students is { Count: 0 })
        {
            problems.Add("task.json: retraining.students is empty. Name a student of the release, or leave the field out for the linear one, or for the tagger where answers are calls.");
        }

        if (policy.Students?.FirstOrDefault(student => string.IsNullOrWhiteSpace(student) || policy.Students.Count(other => other == student) > 1) is { } wrong)
        {
            problems.Add($"task.json: retraining.students has '{wrong}' {(string.IsNullOrWhiteSpace(wrong) ? "among its names" : "more than once")}. Name each student once.");
        }
    }

    public static void Compression(string file, string? compression, List<string> problems)
    {
        try
        {
            _ = InputCompression.Of(compression);
        }
        catch (ArgumentException error)
        {
            problems.Add($"{file}: {error.Message}");
        }
    }

    /// <param name="mayLack">Whether there may be none, as for texts that name no intent.</param>
    public static void Labels(string file, IReadOnlyList<string> labels, bool mayLack, List<string> problems)
    {
        if (labels.Count is < 2 or > MaxLabels && !(mayLack && labels.Count == 0))
        {
            problems.Add($"{file}: labels has {labels.Count} entries; 2 to {MaxLabels} are allowed. List every label once.");
        }

        foreach (var twice in labels.GroupBy(l => l).Where(g => g.Count() > 1))
        {
            problems.Add($"{file}: labels has '{twice.Key}' {twice.Count()} times. List every label once.");
        }

        if (labels.Any(string.IsNullOrWhiteSpace))
        {
            problems.Add($"{file}: labels has an empty entry. Give each label a name.");
        }
    }

    public static void Guarantee(string file, Guarantee guarantee, List<string> problems)
    {
        Open(file, "guarantee.epsilon", guarantee.Epsilon, problems);
        Open(file, "guarantee.delta", guarantee.Delta, problems);
    }

    private static void Schema(TaskDefinition task, List<string> problems)
    {
        if (task.Schema is null)
        {
            return;
        }

        if (task.Kind != Generation)
        {
            problems.Add($"task.json: schema is for tasks of kind '{Generation}', and this is '{task.Kind}'. Leave it out.");
            return;
        }

        try
        {
            JsonSchemaReader.Read(JsonSerializer.SerializeToElement(task.Schema));
        }
        catch (GrammarInvalidException error)
        {
            problems.AddRange(error.Problems.Select(problem => $"task.json: schema: {problem}."));
        }
    }

    public static void OneOf(string file, string field, string value, string[] allowed, List<string> problems)
    {
        if (!allowed.Contains(value))
        {
            problems.Add($"{file}: {field} is '{value}'. Use {string.Join(" or ", allowed.Select(a => $"'{a}'"))}.");
        }
    }

    private static void Open(string file, string field, double value, List<string> problems)
    {
        if (!(value > 0 && value < 1))
        {
            problems.Add($"{file}: {field} is {value}; it must lie between 0 and 1. Typical values are 0.01 and 0.05.");
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,63}\z")]
    public static partial Regex Name();
}
