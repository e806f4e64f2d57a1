namespace Understudy.Inference.Pipelines;

/// <summary>What becomes of an input whose lead is away.</summary>
internal enum LeadAbsence
{
    /// <summary>The best student answers.</summary>
    Degrade,

    /// <summary>It stays open, to be asked about again; the best student, where one can, answers what the lead does not take at all.</summary>
    Wait,

    /// <summary>The caller hears about it; the best student answers what the lead does not take at all.</summary>
    Refuse,

    /// <summary>It stays open, whatever the lead says: nobody else is to answer.</summary>
    Open,
}
