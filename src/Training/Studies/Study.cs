using Understudy.Training.Corpora;

namespace Understudy.Training.Studies;

/// <summary>The ablation of a teaching or compression method on real data.</summary>
internal abstract class Study
{
    public abstract string Name { get; }

    /// <summary>A sentence for the command line's help.</summary>
    public abstract string Description { get; }

    /// <summary>The data sets that it knows; the first is used when none is named.</summary>
    public abstract IReadOnlyList<string> Sets { get; }

    /// <summary>Where a data set lies.</summary>
    /// <exception cref="StudyInvalidException">Nowhere.</exception>
    public virtual string Folder(string set, StudyOptions options)
    {
        var data = options.Data ?? PublicData.Folder(set);
        return data is not null && Directory.Exists(Path.Combine(data, set))
            ? Path.Combine(data, set)
            : throw new StudyInvalidException($"There is no data set '{set}'{(data is null ? "" : $" in '{data}'")}. Name the folder that holds it in {PublicData.Variable} or with --data.");
    }

    /// <summary>All that a study reads of its data: what was measured on other files is measured anew.</summary>
    /// <param name="folder">Where the data set lies.</param>
    public virtual IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);

    /// <summary>Reads the data and makes, or finds, the lead.</summary>
    /// <param name="set">One of <see cref="Sets"/>.</param>
    /// <param name="folder">Where that data set lies.</param>
    /// <param name="report">Told the step, its share done and what was reached.</param>
    public abstract StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken);
}
