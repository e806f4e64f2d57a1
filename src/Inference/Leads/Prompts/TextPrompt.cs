using System.Text.Json;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>
/// For a lead that writes: the job, what its answer has to be, and the input; where a schema may ask for words of it, with single spaces between them, as the release's own models read it. The
/// schema does not count as part of the prompt's budget: it leaves no input less room.
/// </summary>
internal sealed class TextPrompt : IPromptBuilder
{
    public bool ReadsDemonstrations => false;

    public bool ReadsStudent => false;

    public LeadPrompt Build(PromptMaterial material)
    {
        var text = material.Task.Schema is null ? material.Text : FunctionCallPrompt.Normal(material.Text);
        return new(string.Join('\n', Lines(material).Where(line => line.Length > 0)), PromptText.Fit(text, PromptText.Characters(material) - material.Task.Instruction.Length));
    }

    private static IEnumerable<string> Lines(PromptMaterial material)
    {
        yield return material.Task.Instruction;
        if (material.Task.Schema is { } schema)
        {
            // An endpoint that holds answers to a schema shows it to its model or not, and hardly any knows that format.
            yield return $"Answer with one JSON object and nothing else. It satisfies this JSON schema; a string of the format 'extract' is words of the input, exactly as they stand there: {JsonSerializer.Serialize(schema)}";
        }
    }
}
