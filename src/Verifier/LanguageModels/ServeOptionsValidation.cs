using Microsoft.Extensions.Options;

namespace Understudy.Verifier.LanguageModels;

/// <summary>Every wrong entry of <see cref="ServeOptions"/>, with its key.</summary>
internal sealed class ServeOptionsValidation : IValidateOptions<ServeOptions>
{
    public ValidateOptionsResult Validate(string? name, ServeOptions options)
    {
        var problems = new List<string>();
        foreach (var (model, served) in options)
        {
            Check($"{ServeOptions.Section}:{model}:Path", served.Path, problems);
            if (served.Draft.Length > 0)
            {
                Check($"{ServeOptions.Section}:{model}:Draft", served.Draft, problems);
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(string key, string path, List<string> problems)
    {
        if (!File.Exists(path))
        {
            problems.Add($"{key}: there is no file '{path}'. Name an ONNX file with its tokenizer.json beside it.");
        }
    }
}
