using System.Text;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>
/// SuperICL (arXiv 2305.08848): solved examples, each with the student's prediction and confidence between input and label, so that the lead
/// sees when to trust it; then the input with the same. The nearest example stands last. As many as the budget has room for.
/// </summary>
internal sealed class SuperIclPrompt : IPromptBuilder
{
    /// <summary>Where the label of a demonstration ends.</summary>
    public const string AfterLabel = "\n\n";

    public bool ReadsDemonstrations => true;

    public bool ReadsStudent => true;

    public LeadPrompt Build(PromptMaterial material)
    {
        var instruction = PromptText.Instruction(material, material.Student is null ? "" : "A small model's prediction stands before each label, with its confidence.");
        var receipt = material.Student is { } student ? $"{PromptText.Prediction(student)}\n" : "";
        var question = PromptText.Question(material, instruction, receipt);
        var room = PromptText.Characters(material) - instruction.Length - question.Length;
        List<string> shown = [];
        foreach (var example in material.Demonstrations)
        {
            var solved = $"Input: {example.Text}\n{(example.Student is { } made ? $"{PromptText.Prediction(made)}\n" : "")}Label: {example.Label}{AfterLabel}";
            if (solved.Length <= room) // a shorter one may still fit
            {
                shown.Add(solved);
                room -= solved.Length;
            }
        }

        shown.Reverse();
        return new(instruction, new StringBuilder().AppendJoin("", shown).Append(question).ToString());
    }
}
