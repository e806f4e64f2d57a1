namespace Understudy.Inference.Leads.Prompts;

/// <summary>
/// SuperContext (arXiv 2312.15918): between the input and its label stands what a student that was trained for the task predicts and how sure
/// it is. The lead weighs that against the input; it helps most where inputs differ from those the student was trained on.
/// </summary>
internal sealed class SuperContextPrompt : IPromptBuilder
{
    public bool ReadsDemonstrations => false;

    public bool ReadsStudent => true;

    public LeadPrompt Build(PromptMaterial material)
    {
        var receipt = material.Student is { } student ? $"{PromptText.Prediction(student)}\n" : "";
        var instruction = PromptText.Instruction(material, material.Student is null
            ? ""
            : "A small model that was trained for this task has predicted a label; its confidence says how far to trust it. Judge the input by yourself, and keep the prediction unless the input speaks against it.");
        return new(instruction, PromptText.Question(material, instruction, receipt));
    }
}
