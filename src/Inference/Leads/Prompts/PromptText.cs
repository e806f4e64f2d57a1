using System.Globalization;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>What all prompts have in common.</summary>
internal static class PromptText
{
    /// <summary>Characters that count as one token: the lead's tokenizer is not known.</summary>
    private const int CharactersPerToken = 4;

    private const string Cut = " […] ";

    /// <summary>The job, what may be answered, and how.</summary>
    public static string Instruction(PromptMaterial material, string more = "") => string.Join(
        '\n',
        new[] { material.Task.Instruction, $"Labels: {string.Join(", ", material.Labels)}.", more, "Answer with one of the labels and nothing else." }.Where(line => line.Length > 0));

    public static string Prediction(StudentReceipt student) =>
        string.Create(CultureInfo.InvariantCulture, $"{student.Student} Prediction: {student.Label} (Confidence: {student.Confidence:0.00})");

    /// <summary>The prompt's budget.</summary>
    public static int Characters(PromptMaterial material) => (material.Task.Lead?.PromptTokens ?? int.MaxValue / CharactersPerToken) * CharactersPerToken;

    /// <summary>The least prompt, in tokens, that has room for so many characters of an input.</summary>
    public static int LeastTokens(TaskDefinition task, int characters) => (Beside(task) + characters + CharactersPerToken - 1) / CharactersPerToken;

    /// <summary>The question: the input, a receipt, and the place for a label. An input over the budget loses its middle, because what matters tends to stand at the ends.</summary>
    /// <param name="receipt">A line for itself, or nothing.</param>
    public static string Question(PromptMaterial material, string instruction, string receipt = "") => $"Input: {Fit(
        material.Text, Characters(material) - instruction.Length - receipt.Length - "Input: \n\n\nLabel:".Length)}\n{receipt}Label:";

    /// <summary>The text, or its beginning and its end.</summary>
    /// <param name="most">Characters.</param>
    public static string Fit(string text, int most)
    {
        var room = Math.Max(CharactersPerToken, most - Cut.Length);
        if (text.Length <= room)
        {
            return text;
        }

        var head = room * 2 / 3;
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        var tail = text.Length - (room - head);
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return $"{text[..head]}{Cut}{text[tail..]}";
    }

    /// <summary>Characters of a task's prompt beside the input and solved examples: the instruction, the labels, and what a student made of it.</summary>
    private static int Beside(TaskDefinition task)
    {
        if (task.Kind == TaskRules.Generation)
        {
            return task.Instruction.Length;
        }

        var student = new StudentReceipt("student", task.Labels.MaxBy(label => label?.Length) ?? "", 1);
        var prompt = IPromptBuilder.For(task).Build(new(task, task.Labels, "", student, []));
        return prompt.Instruction.Length + prompt.Question.Length;
    }
}
