using System.ComponentModel.DataAnnotations;
using Understudy.Inference.Decoding;

namespace Understudy.Verifier.LanguageModels;

/// <summary>How models are opened; section <c>Decoder</c> of the configuration, validated on start.</summary>
internal sealed class DecoderSettings
{
    public const string Section = "Decoder";

    /// <summary><c>Cpu</c>, or <c>Cuda</c> in a build for it.</summary>
    public ExecutionProvider Provider { get; set; }

    /// <summary>The longest sequence; not set for what a model was trained on.</summary>
    [Range(2, 1024 * 1024)]
    public int? MaxTokens { get; set; }

    public DecoderOptions Options => new() { Provider = Provider, MaxTokens = MaxTokens };
}
