namespace Understudy.Inference.OpenAi;

/// <summary>The caller can put this right: the message names the field, the limit and the remedy.</summary>
/// <param name="field">Null when it is no single field's fault.</param>
/// <param name="code">OpenAI's word for it where there is one.</param>
public sealed class RequestInvalidException(string message, string? field = null, string code = RequestInvalidException.InvalidValue) : Exception(message)
{
    public const string InvalidValue = "invalid_value", InvalidType = "invalid_type", Missing = "missing_required_parameter",
        Unsupported = "unsupported_parameter", TooLong = "context_length_exceeded", NotJson = "invalid_json", NotUtf8 = "invalid_utf_8", Twice = "duplicate_field",
        MediaType = "unsupported_media_type";

    public string? Field { get; } = field;

    public string Code { get; } = code;
}
