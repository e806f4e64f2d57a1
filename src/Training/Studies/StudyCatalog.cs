namespace Understudy.Training.Studies;

/// <summary>The studies that there are.</summary>
public static class StudyCatalog
{
    private static readonly Study[] All =
    [
        new SoftTargetStudy(),
        new CapturedStudy(),
        new RetrainingStudy(),
        new CallRetrainingStudy(),
        new FilterStudy(),
        new AttentionStudy(),
        new ReverseKlStudy(),
        new RationaleStudy(),
        new TransferStudy(),
        new DataDistillationStudy(),
        new ContrastiveStudy(),
        new TextMethodsStudy(),
        new DifficultyStudy(),
        new CompressionStudy(),
        new SuperContextStudy(),
    ];

    /// <summary>Name, a sentence, and the data sets that each knows, the default first.</summary>
    public static IReadOnlyList<(string Name, string Description, IReadOnlyList<string> Sets)> Listing { get; } =
        [.. All.Select(study => (study.Name, study.Description, study.Sets))];

    /// <exception cref="StudyInvalidException">There is no such study.</exception>
    internal static Study Find(string name) => Array.Find(All, study => study.Name == name)
        ?? throw new StudyInvalidException($"There is no study '{name}'. There are: {string.Join(", ", All.Select(study => study.Name))}.");
}
