using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Retraining;

/// <summary>Whether a record can teach a task, and what its label is.</summary>
internal static class LessonCheck
{
    private const double SumTolerance = 0.02;

    /// <summary>The record with its teacher's label filled in, or why it is no lesson.</summary>
    /// <param name="mostWeight">What audits of the task give; no lesson's own weight is more.</param>
    /// <param name="mostCharacters">Of a text, as of one that is sent.</param>
    public static (DatasetRecord? Lesson, string? Problem) Check(DatasetRecord record, IReadOnlyList<string> labels, double mostWeight, int mostCharacters)
    {
        if (TextProblem(record.Text, mostCharacters) is { } wrong)
        {
            return (null, wrong);
        }

        var teacher = record.Teacher ?? new();
        if (teacher.Probabilities is { } probabilities)
        {
            if (probabilities.Keys.FirstOrDefault(key => !labels.Contains(key)) is { } unknown)
            {
                return (null, $"'teacher.probabilities' names '{unknown}', which is no label of the task. Use its labels: {Some(labels)}.");
            }

            if (probabilities.Values.Any(value => !(value >= 0 && value <= 1)) || Math.Abs(probabilities.Values.Sum() - 1) > SumTolerance)
            {
                return (null, "'teacher.probabilities' are not probabilities that sum to 1. Give one for each label, or leave them out.");
            }
        }

        var label = teacher.Label ?? teacher.Probabilities?.MaxBy(pair => pair.Value).Key ?? record.Label;
        if (label is null || !labels.Contains(label))
        {
            return (null, label is null
                ? "The record has no 'teacher.label', no 'teacher.probabilities' and no 'label'. Give what the lead answered."
                : $"The label '{label}' is none of the task's. Use its labels: {Some(labels)}.");
        }

        if (teacher.Probabilities is { } said && said.GetValueOrDefault(label) < said.Values.Max() - SumTolerance)
        {
            return (null, $"'teacher.label' is '{label}', and 'teacher.probabilities' say '{said.MaxBy(pair => pair.Value).Key}'. Give what belongs together, or the label alone.");
        }

        return WeightProblem(teacher) is { } problem ? (null, problem) : (record with { Teacher = teacher with { Label = label, Weight = Bounded(teacher.Weight, mostWeight) } }, null);
    }

    /// <summary>Null for a text that can be one. What was redacted counts as short as it may have been when it was sent.</summary>
    public static string? TextProblem(string? text, int mostCharacters) => string.IsNullOrWhiteSpace(text) ? "The record has no 'text'. Give the input that was answered."
        : Redaction.LeastLength(text) is var length && length > mostCharacters ? $"'text' is {text.Length} characters long{(length == text.Length ? "" : $", and was {length} or more before it was redacted")}; the limit is {mostCharacters} (about {mostCharacters / UnderstudyLimits.CharactersPerToken} tokens). Shorten it, or raise Limits:InputTokens."
        : null;

    /// <summary>Null for a weight that can be one, and for none.</summary>
    public static string? WeightProblem(TeacherOutput teacher) => teacher.Weight is { } weight && !(weight >= 1 && double.IsFinite(weight))
        ? $"'teacher.weight' is {weight}; it must be 1 or more. Leave it out for inputs that were not drawn at random."
        : null;

    /// <summary>
    /// One lesson that says that it weighs much would keep all others from being drawn for thresholds, where no counts say what it stands for (<see cref="WeighedLessons"/>). Nothing is
    /// promised there but for inputs like the lessons: too little may be drawn of what students were sure of, and their losses are there.
    /// </summary>
    public static double? Bounded(double? weight, double most) => weight > most ? most : weight;

    /// <summary>For messages.</summary>
    public static string Some(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(10)) + (labels.Count > 10 ? ", …" : "");
}
