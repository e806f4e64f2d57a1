using System.ComponentModel.DataAnnotations;

namespace Understudy.Verifier;

/// <summary>What a caller may ask for at once; section <c>Limits</c> of the configuration, validated on start. A model's context is a limit besides.</summary>
internal sealed class VerifierLimits
{
    public const string Section = "Limits";

    /// <summary>The largest request body, in bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int BodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest prompt, in tokens.</summary>
    [Range(1, 1024 * 1024)]
    public int PromptTokens { get; set; } = 32 * 1024;

    /// <summary>The most output tokens of one choice; also what a chat gets that does not say.</summary>
    [Range(1, 1024 * 1024)]
    public int OutputTokens { get; set; } = 2048;

    /// <summary>The most outputs of one request: prompts × <c>n</c>.</summary>
    [Range(1, 1024)]
    public int Choices { get; set; } = 16;

    /// <summary>The most tokens of all candidates of one scoring.</summary>
    [Range(1, 64 * 1024)]
    public int CandidateTokens { get; set; } = 1024;
}
