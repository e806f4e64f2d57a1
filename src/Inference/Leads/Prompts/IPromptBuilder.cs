using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>Puts an input, and what is known of it, into words for a lead. Stateless.</summary>
internal interface IPromptBuilder
{
    /// <summary>Whether it shows solved examples.</summary>
    bool ReadsDemonstrations { get; }

    /// <summary>Whether it shows what a student made of the input.</summary>
    bool ReadsStudent { get; }

    LeadPrompt Build(PromptMaterial material);

    /// <summary>The builder that a task names.</summary>
    static IPromptBuilder For(TaskDefinition task) => task switch
    {
        { Plugin: "supercontext" } => new SuperContextPrompt(),
        { Plugin: "supericl" } => new SuperIclPrompt(),
        { Kind: TaskRules.Generation } => new TextPrompt(),
        _ => new PlainPrompt(),
    };
}
