namespace Understudy.Verifier.LanguageModels;

/// <summary>No model of that name is served.</summary>
internal sealed class ModelNotFoundException(string model, IEnumerable<string> served)
    : Exception($"The model '{model}' does not exist. Served are: {string.Join(", ", served.DefaultIfEmpty("none"))}.");
